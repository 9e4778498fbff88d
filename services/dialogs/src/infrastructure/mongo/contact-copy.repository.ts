import type { SiteScope } from '@beseda/auth';
import { InjectModel, MongoRepository, isDuplicateKey } from '@beseda/mongo';
import type { Model } from 'mongoose';
import { ContactCopies, type ContactCopy, type ContactField } from '../../application/ports.js';
import { tokensOf } from '../../domain/index.js';
import type { ContactDocument, DialogDocument } from './documents.js';

/** Copies of contacts in MongoDB, and what dialogs carry of them. */
@MongoRepository()
export class ContactCopyRepository extends ContactCopies {
  constructor(
    @InjectModel('ContactCopy') private readonly contacts: Model<ContactDocument>,
    @InjectModel('Dialog') private readonly dialogs: Model<DialogDocument>,
  ) {
    super();
  }

  async find({ siteId }: SiteScope, contactId: string): Promise<ContactCopy> {
    const copy = await this.read(siteId, contactId);
    const { name = '', email = '', phone = '', aliases = [], mergedInto } = copy ?? {};
    return { id: contactId, name, email, phone, aliases, ...(mergedInto !== undefined && { mergedInto }) };
  }

  async setField({ siteId }: SiteScope, contactId: string, { field, value, seq }: ContactField): Promise<void> {
    const fields = { [field]: value, [`${field}Seq`]: seq };
    await this.ensure(siteId, contactId);
    // First the copy, then the dialogs: one that begins in between is made from the new copy, or looks again.
    await this.contacts.updateOne({ _id: idOf(siteId, contactId), [`${field}Seq`]: { $lt: seq } }, { $set: fields });
    const copy = await this.read(siteId, contactId);
    // A contact that has become part of another one has no dialogs of its own.
    if (copy?.mergedInto === undefined) await this.toDialogs(siteId, contactId, copy);
  }

  async merge({ siteId }: SiteScope, contactId: string, intoContactId: string): Promise<void> {
    await this.ensure(siteId, contactId);
    await this.ensure(siteId, intoContactId);
    await this.contacts.updateOne({ _id: idOf(siteId, contactId) }, { $set: { mergedInto: intoContactId } });
    const former = await this.read(siteId, contactId);
    const aliases = [contactId, ...(former?.aliases ?? [])];
    await this.contacts.updateOne({ _id: idOf(siteId, intoContactId) }, { $addToSet: { aliases: { $each: aliases } } });
    await this.moveDialogs(siteId, contactId, intoContactId);
  }

  async refreshDialogs({ siteId }: SiteScope, contactId: string): Promise<void> {
    const copy = await this.read(siteId, contactId);
    if (copy?.mergedInto !== undefined) await this.moveDialogs(siteId, contactId, copy.mergedInto);
    else await this.toDialogs(siteId, contactId, copy);
  }

  private read(siteId: string, contactId: string): Promise<ContactDocument | null> {
    return this.contacts
      .findOne({ _id: idOf(siteId, contactId) })
      .lean<ContactDocument>()
      .exec();
  }

  /** Makes the copy when there is none. Two at once: one makes it, the other finds it. */
  private async ensure(siteId: string, contactId: string): Promise<void> {
    const fresh = {
      siteId,
      contactId,
      name: '',
      nameSeq: 0,
      email: '',
      emailSeq: 0,
      phone: '',
      phoneSeq: 0,
      aliases: [],
    };
    try {
      await this.contacts.updateOne({ _id: idOf(siteId, contactId) }, { $setOnInsert: fresh }, { upsert: true });
    } catch (error) {
      // The other one was faster.
      if (!isDuplicateKey(error)) throw error;
    }
  }

  /** Writes what a copy says into the contact's dialogs, field by field where it is newer. */
  private async toDialogs(siteId: string, contactId: string, copy: ContactDocument | null): Promise<void> {
    if (!copy) return;
    for (const field of ['name', 'email', 'phone'] as const) {
      const seq = copy[`${field}Seq`];
      const value = copy[field];
      await this.dialogs.updateMany(
        { siteId, 'contact.id': contactId, [`contact.${field}Seq`]: { $lt: seq } },
        {
          $set: { [`contact.${field}`]: value, [`contact.${field}Seq`]: seq },
          $addToSet: { tokens: { $each: tokensOf(value) } },
        },
        { hint: 'list_by_contact' },
      );
    }
  }

  /** Gives a contact's dialogs to the contact it has become part of. Thread and open key stay: they name the outside. */
  private async moveDialogs(siteId: string, contactId: string, intoContactId: string): Promise<void> {
    const into = await this.read(siteId, intoContactId);
    const { name = '', nameSeq = 0, email = '', emailSeq = 0, phone = '', phoneSeq = 0 } = into ?? {};
    await this.dialogs.updateMany(
      { siteId, 'contact.id': contactId },
      {
        $set: { contact: { id: intoContactId, name, nameSeq, email, emailSeq, phone, phoneSeq } },
        $addToSet: { tokens: { $each: tokensOf(name, email, phone) } },
      },
      { hint: 'list_by_contact' },
    );
    // The contact may have changed between the reading and the writing; whichever came later is written now.
    const now = await this.read(siteId, intoContactId);
    if (now?.mergedInto !== undefined) await this.moveDialogs(siteId, intoContactId, now.mergedInto);
    else await this.toDialogs(siteId, intoContactId, now);
  }
}

const idOf = (siteId: string, contactId: string): string => `${siteId}:${contactId}`;
