import { InjectModel, MongoRepository } from '@beseda/mongo';
import type { Model } from 'mongoose';
import type { OperatorDocument } from './documents.js';

/** Finds operators by who they are at the provider of single sign-on. */
@MongoRepository()
export class SignOnRepository {
  constructor(@InjectModel('Operator') private readonly operators: Model<OperatorDocument>) {}

  /** @param subject issuer and subject */
  async bySubject(subject: string): Promise<OperatorDocument | undefined> {
    return (await this.operators.findOne({ ssoSubject: subject }).lean<OperatorDocument>()) ?? undefined;
  }
}
