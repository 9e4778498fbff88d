import { randomBytes } from 'node:crypto';
import { appError } from '@beseda/errors';
import type { Connection } from 'mongoose';
import { normalEmail } from '../../domain/operator.js';
import { Passwords, readablePassword } from '../../infrastructure/crypto/passwords.js';
import type { OperatorDocument } from '../../infrastructure/mongo/documents.js';
import type { AuditIntentDocument } from '../../infrastructure/mongo/system.documents.js';
import { makeIntent } from '../../application/audit.js';

/**
 * Gives an operator a new password, takes the second factor away and ends all sessions: for whoever runs the installation, from the command line, beside a
 * running Beseda or on stopped data. The change is published by the sweeper of whichever admin runs next.
 *
 * @returns the new password; it is stored only as a hash
 * @throws AppError NOT_FOUND when nobody has this e-mail
 */
export async function resetPassword(connection: Connection, email: string): Promise<string> {
  const password = readablePassword(randomBytes(32), randomBytes(16));
  const operators = connection.collection<OperatorDocument>('operators');
  const found = await operators.findOne({ email: normalEmail(email) });
  if (!found) throw noSuchOperator(email);
  // The audit log of whichever admin runs next tells of it, once it sees that the operator was changed.
  await connection.collection<AuditIntentDocument>('audit_intents').insertOne(intentFor(found));
  const changed = await operators.updateOne(
    { _id: found._id },
    {
      $set: { passwordHash: await new Passwords().hash(password), disabled: false, invited: false },
      // Whoever lost the phone with the second factor has no other way back in.
      $unset: { oneTimeUntil: 1, invitation: 1, reset: 1, secondFactor: 1, secondFactorStart: 1 },
      $inc: { tokenVersion: 1, version: 1 },
      $min: { outboxSince: new Date() },
    },
  );
  if (changed.matchedCount === 0) throw noSuchOperator(email);
  return password;
}

const noSuchOperator = (email: string): Error =>
  appError('NOT_FOUND', `No operator has the e-mail ${normalEmail(email)}.`);

const intentFor = ({ _id, version, name, sites }: OperatorDocument): AuditIntentDocument =>
  makeIntent(
    {
      sites: sites.map(({ siteId }) => siteId),
      ...{ operatorName: '', address: '', userAgent: '' },
      ...{ action: 'operator.password_set_by_command', subject: 'operator', subjectId: _id, subjectName: name },
      changes: [],
    },
    { collection: 'operators', id: _id, version },
  );
