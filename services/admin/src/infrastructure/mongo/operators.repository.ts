import type { Role } from '@beseda/api';
import type { SiteScope } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { InjectModel, MongoRepository, isDuplicateKey } from '@beseda/mongo';
import type { Outbox } from '@beseda/outbox';
import { Inject } from '@nestjs/common';
import type { Model } from 'mongoose';
import { ALL_RIGHTS, type Operator, siteRoleOf } from '../../domain/operator.js';
import type { MailIntent, OperatorDocument } from './people.documents.js';

/** Token of the outbox that publishes operators. */
export const OPERATORS_OUTBOX = Symbol('OPERATORS_OUTBOX');

/** A change that loses a race is decided anew; each lost race is somebody else's success. */
const TRIES = 20;

/** An operator without what only storage knows. */
export const operatorOf = (doc: OperatorDocument): Operator => ({
  id: doc._id,
  version: doc.version,
  email: doc.email,
  name: doc.name,
  internalName: doc.internalName,
  sites: doc.sites.map(({ siteId, role, visibility, noContactExport, noMassMailing }) => ({
    siteId,
    role,
    visibility,
    noContactExport,
    noMassMailing,
  })),
  disabled: doc.disabled,
  tokenVersion: doc.tokenVersion,
  endedSessions: doc.endedSessions.map(({ sessionId, endedAt }) => ({ sessionId, endedAt })),
  avatarFileId: doc.avatarFileId,
  locale: doc.locale,
  theme: doc.theme,
  invited: doc.invited,
});

/** What a change sets and takes away. */
export interface OperatorChange {
  set?: Partial<Omit<OperatorDocument, '_id' | 'version' | 'mailIntents' | 'mailSince'>>;
  unset?: readonly ('oneTimeUntil' | 'invitation' | 'keptSession' | 'secondFactor' | 'secondFactorStart' | 'reset')[];
  /** A mail that follows from the change. */
  mail?: MailIntent;
}

/** Decides a change from the present state; undefined: nothing to change. May be asked again when somebody was faster. */
export type DecideOperator = (operator: OperatorDocument) => OperatorChange | undefined;

const taken = (): Error => {
  const message = 'Another operator has this e-mail.';
  return appError('ALREADY_EXISTS', message, { fields: [{ path: 'email', code: 'already_exists', message }] });
};

/** Operators belong to the installation, not to a site: only what concerns their work on a site takes a scope. */
@MongoRepository()
export class OperatorsRepository {
  constructor(
    @InjectModel('Operator') private readonly operators: Model<OperatorDocument>,
    @Inject(OPERATORS_OUTBOX) private readonly outbox: Outbox<OperatorDocument>,
  ) {}

  /** Stores a new operator and publishes it; false when id or e-mail are taken. */
  async insert(document: OperatorDocument): Promise<boolean> {
    try {
      await this.operators.create({ ...document, outboxSince: new Date() });
    } catch (error) {
      // E-mail and id are unique: somebody else was first.
      if (isDuplicateKey(error)) return false;
      throw error;
    }
    const stored = await this.operators.findById(document._id).lean<OperatorDocument>();
    if (stored) this.outbox.drain(stored);
    return true;
  }

  async storedByEmail(email: string): Promise<OperatorDocument | undefined> {
    return (await this.operators.findOne({ email }).lean<OperatorDocument>()) ?? undefined;
  }

  async stored(id: string): Promise<OperatorDocument | undefined> {
    return (await this.operators.findById(id).lean<OperatorDocument>()) ?? undefined;
  }

  /** The operator whose link to set a new password has a token of this digest. */
  async storedByReset(digest: string): Promise<OperatorDocument | undefined> {
    return (await this.operators.findOne({ 'reset.digest': digest }).lean<OperatorDocument>()) ?? undefined;
  }

  async byId(id: string): Promise<Operator | undefined> {
    const found = await this.stored(id);
    return found && operatorOf(found);
  }

  /** Operators of the scope's site, disabled ones too. */
  async ofSite(scope: SiteScope): Promise<OperatorDocument[]> {
    return this.operators.find({ 'sites.siteId': scope.siteId }).sort({ _id: 1 }).lean<OperatorDocument[]>();
  }

  /** Everybody who is a superadmin somewhere. */
  async superadmins(): Promise<OperatorDocument[]> {
    return this.operators.find({ 'sites.role': 'superadmin' }).lean<OperatorDocument[]>();
  }

  /**
   * Changes an operator in one write that nobody came before, and publishes it. Gives the operator as it is afterwards.
   * @throws AppError NOT_FOUND; ALREADY_EXISTS when the e-mail is another's; ABORTED when others were faster every time.
   */
  async change(id: string, correlationId: string, decide: DecideOperator): Promise<OperatorDocument> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const present = await this.stored(id);
      if (!present) throw appError('NOT_FOUND', 'There is no such operator.');
      const change = decide(present);
      if (!change) return present;
      const updated = await this.#write(present, change, correlationId);
      if (updated) return updated;
    }
    throw appError('ABORTED', 'Others change this operator all the time. Try again.');
  }

  async #write(
    { _id, version }: OperatorDocument,
    { set = {}, unset = [], mail }: OperatorChange,
    correlationId: string,
  ): Promise<OperatorDocument | undefined> {
    const now = new Date();
    const update = {
      $set: { ...set, correlationId },
      $inc: { version: 1 },
      $min: { outboxSince: now, ...(mail ? { mailSince: now } : {}) },
      ...(unset.length > 0 ? { $unset: Object.fromEntries(unset.map((field) => [field, 1])) } : {}),
      ...(mail ? { $push: { mailIntents: mail } } : {}),
    };
    try {
      const updated = await this.operators
        .findOneAndUpdate({ _id, version }, update, { returnDocument: 'after' })
        .lean<OperatorDocument>();
      if (!updated) return undefined;
      this.outbox.drain(updated);
      return updated;
    } catch (error) {
      // The e-mail is unique. Nothing else of a change is.
      if (isDuplicateKey(error)) throw taken();
      throw error;
    }
  }

  /** Gives a role on the scope's site unless the operator has one there; gives the operator as it is afterwards. */
  async grant(scope: SiteScope, id: string, role: Role, correlationId: string): Promise<Operator> {
    const { siteId } = scope;
    const changed = await this.change(id, correlationId, (operator) =>
      siteRoleOf(operator, siteId)
        ? undefined
        : { set: { sites: [...operator.sites, { ...ALL_RIGHTS, siteId, role }] } },
    );
    return operatorOf(changed);
  }

  /** Notes that somebody has signed in; no setting, so nothing is published. */
  async signedIn(id: string, now: Date): Promise<void> {
    await this.operators.updateOne({ _id: id }, { $max: { lastSignInAt: now } });
  }

  /** Uses the code of a time step; false when it, or a later one, was used before. */
  async useStep(id: string, step: number): Promise<boolean> {
    const filter = { _id: id, 'secondFactor.lastStep': { $lt: step } };
    return (await this.operators.updateOne(filter, { $set: { 'secondFactor.lastStep': step } })).modifiedCount === 1;
  }

  /** Uses a recovery code; false when there is none with this hash. */
  async useRecovery(id: string, hash: string): Promise<boolean> {
    const filter = { _id: id, 'secondFactor.recovery': hash };
    return (await this.operators.updateOne(filter, { $pull: { 'secondFactor.recovery': hash } })).modifiedCount === 1;
  }

  /** Operators whose mails are still to be put into the queue. */
  async withMail(before: Date, limit: number): Promise<OperatorDocument[]> {
    return this.operators
      .find({ mailSince: { $lte: before } })
      .sort({ mailSince: 1 })
      .limit(limit)
      .lean<OperatorDocument[]>();
  }

  /** These mails are in the queue. */
  async mailQueued(id: string, mailIds: readonly string[]): Promise<void> {
    await this.operators.updateOne({ _id: id }, { $pull: { mailIntents: { mailId: { $in: [...mailIds] } } } });
    await this.operators.updateOne({ _id: id, 'mailIntents.0': { $exists: false } }, { $unset: { mailSince: 1 } });
  }

  /** Every operator of the installation, for the copies of other services. */
  async all(): Promise<Operator[]> {
    return (await this.operators.find().sort({ _id: 1 }).lean<OperatorDocument[]>()).map(operatorOf);
  }
}
