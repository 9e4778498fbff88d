import type { Actor, SiteScope } from '@beseda/auth';
import { InjectModel, MongoRepository, isDuplicateKey } from '@beseda/mongo';
import { type Outbox, assertOutboxRoom, pushToOutbox } from '@beseda/outbox';
import { Inject } from '@nestjs/common';
import type { Model } from 'mongoose';
import { v7 } from 'uuid';
import { type Contact, type ContactEvent, type Decision, HISTORY_LENGTH } from '../../domain/contact.js';
import { outboxEntry } from '../bus/contact-events.js';
import { contactOf, propertyList, shadows, userKeyOf } from './contact-mapping.js';
import type { ContactDocument } from './documents.js';
import { INDEX } from './migrations.js';

/** Token of the outbox that publishes contacts' events. */
export const CONTACTS_OUTBOX = Symbol('CONTACTS_OUTBOX');

/** Another contact of the site is this user already. */
export class UserTakenError extends Error {
  constructor() {
    super('another contact is this user');
    this.name = 'UserTakenError';
  }
}

/** A contact and the state it was read in; a write succeeds only if nobody wrote meanwhile. */
export interface Loaded {
  contact: Contact;
  document: ContactDocument;
}

/** Who writes, and why. */
export interface Cause {
  actor: Pick<Actor, 'kind' | 'id'>;
  correlationId: string;
  at: Date;
}

const loaded = (document: ContactDocument): Loaded => ({ contact: contactOf(document), document });

@MongoRepository()
export class ContactsRepository {
  constructor(
    @InjectModel('Contact') private readonly contacts: Model<ContactDocument>,
    @Inject(CONTACTS_OUTBOX) private readonly outbox: Outbox<ContactDocument>,
  ) {}

  /** A contact of the scope's site, merged ones included. */
  async find({ siteId }: SiteScope, id: string): Promise<Loaded | undefined> {
    const found = await this.contacts.findOne({ _id: id, siteId }).lean<ContactDocument>();
    return found ? loaded(found) : undefined;
  }

  /** The verified contact of a site's user. */
  async findUser({ siteId }: SiteScope, userId: string): Promise<Loaded | undefined> {
    const found = await this.contacts.findOne({ userKey: userKeyOf(siteId, userId) }).lean<ContactDocument>();
    return found ? loaded(found) : undefined;
  }

  /** The sites of contacts; of the scope's site only, or of all where a service works for the whole installation. */
  async sitesOf(ids: readonly string[], scope: SiteScope | undefined): Promise<{ id: string; siteId: string }[]> {
    const found = await this.contacts
      .find({ _id: { $in: [...ids] }, ...(scope ? { siteId: scope.siteId } : {}) }, { siteId: 1 })
      .lean<Pick<ContactDocument, '_id' | 'siteId'>[]>();
    return found.map(({ _id, siteId }) => ({ id: _id, siteId }));
  }

  /** Notes that a contact was here until a time; touches nothing that a decision is made from but the end of its visit. */
  async seen({ siteId }: SiteScope, id: string, at: Date): Promise<void> {
    await this.contacts.updateOne({ _id: id, siteId }, { $max: { lastSeenAt: at } });
  }

  /** Contacts that became part of another one which has not taken everything over yet, of the whole installation. */
  async unfinishedMerges(): Promise<Contact[]> {
    return (await this.contacts.find({ mergePending: true }).lean<ContactDocument[]>()).map(contactOf);
  }

  /** Stores a new contact with its events. @throws UserTakenError */
  async insert(contact: Contact, events: readonly ContactEvent[], cause: Cause): Promise<Contact> {
    const { id, properties, mergedFrom, history, ...fields } = contact;
    const outbox = events.map((event, i) =>
      outboxEntry(v7(), i + 1, event, { siteId: contact.siteId, contactId: id, ...cause }),
    );
    const document: ContactDocument = {
      ...fields,
      ...shadows(contact),
      nameLower: contact.name.toLowerCase(),
      emailLower: contact.email.toLowerCase(),
      phoneDigits: contact.phone.replace(/\D/g, ''),
      _id: id,
      seq: outbox.length,
      rev: 1,
      outbox,
      outboxSince: cause.at,
      properties: propertyList(properties),
      history: [...history],
      mergedFrom: [...mergedFrom],
      ...(contact.verified ? { userKey: userKeyOf(contact.siteId, contact.userId) } : {}),
    };
    try {
      await this.contacts.create(document);
    } catch (error) {
      // Somebody else became this user a moment ago.
      if (isDuplicateKey(error, INDEX.contactByUser)) throw new UserTakenError();
      throw error;
    }
    this.outbox.drain(document);
    return contactOf(document);
  }

  /**
   * Does to a contact what was decided from `read`, in one write, and hands its events on. Undefined when somebody else wrote
   * meanwhile. @throws UserTakenError
   */
  async write({ document: read }: Loaded, decision: Decision, cause: Cause): Promise<Contact | undefined> {
    const entries = (decision.events ?? []).map((event, i) =>
      outboxEntry(v7(), read.seq + i + 1, event, { siteId: read.siteId, contactId: read._id, ...cause }),
    );
    if (entries.length > 0) assertOutboxRoom(read.outbox, entries);
    try {
      const written = await this.contacts
        .findOneAndUpdate(
          { _id: read._id, siteId: read.siteId, rev: read.rev },
          updateOf(read, decision, entries, cause.at),
          { returnDocument: 'after' },
        )
        .lean<ContactDocument>();
      if (!written) return undefined;
      if (entries.length > 0) this.outbox.drain(written);
      return contactOf(written);
    } catch (error) {
      // Somebody else became this user a moment ago.
      if (isDuplicateKey(error, INDEX.contactByUser)) throw new UserTakenError();
      throw error;
    }
  }
}

function updateOf(
  read: ContactDocument,
  { set, record = [], history }: Decision,
  entries: ContactDocument['outbox'],
  now: Date,
): Record<string, object> {
  const { properties, mergePending, ...fields } = set;
  const added = record.map((entry) => ({ ...entry, id: v7() }));
  const outbox = entries.length > 0 ? pushToOutbox(entries, now) : undefined;
  return {
    $set: {
      ...fields,
      ...shadows(fields),
      ...(properties ? { properties: propertyList(properties) } : {}),
      ...(mergePending ? { mergePending } : {}),
      ...(history ? { history: [...history] } : {}),
      ...(fields.userId ? { userKey: userKeyOf(read.siteId, fields.userId) } : {}),
    },
    ...('mergePending' in set && !mergePending ? { $unset: { mergePending: 1 } } : {}),
    $inc: { rev: 1, ...(entries.length > 0 ? { seq: entries.length } : {}) },
    ...(outbox || added.length > 0
      ? {
          $push: {
            ...outbox?.$push,
            ...(added.length > 0 ? { history: { $each: added, $slice: -HISTORY_LENGTH } } : {}),
          },
        }
      : {}),
    ...(outbox ? { $min: outbox.$min } : {}),
  };
}
