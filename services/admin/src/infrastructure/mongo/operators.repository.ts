import type { Role, SiteScope } from '@beseda/auth';
import { InjectModel, MongoRepository, isDuplicateKey } from '@beseda/mongo';
import type { Outbox } from '@beseda/outbox';
import { Inject } from '@nestjs/common';
import type { Model } from 'mongoose';
import type { Operator } from '../../domain/operator.js';
import type { OperatorDocument } from './documents.js';

/** Token of the outbox that publishes operators. */
export const OPERATORS_OUTBOX = Symbol('OPERATORS_OUTBOX');

/** An operator without what only storage knows. */
export const operatorOf = (doc: OperatorDocument): Operator => ({
  id: doc._id,
  version: doc.version,
  email: doc.email,
  name: doc.name,
  internalName: doc.internalName,
  sites: doc.sites.map(({ siteId, role }) => ({ siteId, role })),
  disabled: doc.disabled,
  tokenVersion: doc.tokenVersion,
});

/** An operator and the hash to check a password against. */
export interface OperatorWithPassword {
  operator: Operator;
  passwordHash: string;
}

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

  async byEmail(email: string): Promise<OperatorWithPassword | undefined> {
    const found = await this.operators.findOne({ email }).lean<OperatorDocument>();
    return found ? { operator: operatorOf(found), passwordHash: found.passwordHash } : undefined;
  }

  async byId(id: string): Promise<Operator | undefined> {
    const found = await this.operators.findById(id).lean<OperatorDocument>();
    return found ? operatorOf(found) : undefined;
  }

  /** Gives a role on the scope's site unless the operator has one there; gives the operator as it is afterwards. */
  async grant(scope: SiteScope, id: string, role: Role, correlationId: string): Promise<Operator | undefined> {
    const updated = await this.operators
      .findOneAndUpdate(
        { _id: id, 'sites.siteId': { $ne: scope.siteId } },
        {
          $push: { sites: { siteId: scope.siteId, role } },
          $set: { correlationId },
          $inc: { version: 1 },
          $min: { outboxSince: new Date() },
        },
        { returnDocument: 'after' },
      )
      .lean<OperatorDocument>();
    if (!updated) return this.byId(id);
    this.outbox.drain(updated);
    return operatorOf(updated);
  }

  /** Every operator of the installation, for the copies of other services. */
  async all(): Promise<Operator[]> {
    return (await this.operators.find().sort({ _id: 1 }).lean<OperatorDocument[]>()).map(operatorOf);
  }
}
