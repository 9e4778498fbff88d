import { randomUUID } from 'node:crypto';
import { type Keys, signVisitor, verifyVisitor } from '@beseda/auth';
import type { Bus } from '@beseda/bus';
import { contactEventRecord, contactsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import type { StandIn } from './grpc-stand-in.js';

/** Contacts in memory. */
export class FakeContacts {
  readonly contacts = new Map<string, contactsV1.Contact>();
  readonly seen: { method: string; request: unknown; siteId: string | undefined }[] = [];

  constructor(
    private readonly bus: Bus,
    private readonly keys: Keys,
  ) {}

  make(siteId: string, id: string = randomUUID()): contactsV1.Contact {
    const contact: contactsV1.Contact = {
      ...contactsV1.Contact.create({}),
      id,
      siteId,
      name: 'Anna',
      firstSeenAt: new Date(0),
      lastSeenAt: new Date(0),
      properties: { plan: 'pro' },
      utm: { source: 'x', medium: '', campaign: '', term: '', content: '' },
    };
    this.contacts.set(id, contact);
    return contact;
  }

  async merge(siteId: string, contactId: string, intoContactId: string): Promise<void> {
    const envelope = envelopeOf(siteId, contactId, 'contact.merged');
    const body = { body: { $case: 'contactMerged' as const, value: { intoContactId } } };
    this.contacts.delete(contactId);
    await this.bus.publish([contactEventRecord({ envelope, body })]);
  }

  /** The site proves who a contact is. */
  async verify(siteId: string, contactId: string): Promise<void> {
    const contact = this.contacts.get(contactId);
    if (contact) this.contacts.set(contactId, { ...contact, verified: true });
    const body = { body: { $case: 'contactIdentified' as const, value: { userId: 'u', verified: true } } };
    await this.bus.publish([
      contactEventRecord({ envelope: envelopeOf(siteId, contactId, 'contact.identified'), body }),
    ]);
  }

  standIn(): StandIn<typeof contactsV1.ContactsServiceService> {
    const note = <R>(method: string, request: unknown, siteId: string | undefined, answer: R): R => {
      this.seen.push({ method, request, siteId });
      return answer;
    };
    return {
      openSession: async (q) => {
        const claims = q.token ? await verifyVisitor(this.keys, q.token) : undefined;
        const known = claims?.siteId === q.siteId ? this.contacts.get(claims.contactId) : undefined;
        const contact = known ?? this.make(q.siteId);
        const token = await signVisitor(this.keys, { siteId: q.siteId, contactId: contact.id });
        return note('openSession', q, q.siteId, { token, contact });
      },
      identify: (q, { actor }) => note('identify', q, actor.siteId, {}),
      authenticate: (q, { actor }) => note('authenticate', q, actor.siteId, { token: 't', contactId: actor.id }),
      track: (q, { actor }) => note('track', q, actor.siteId, {}),
      recordPageView: (q, { actor }) => note('recordPageView', q, actor.siteId, {}),
      getContact: ({ contactId }, { actor }) => {
        const contact = this.contacts.get(contactId);
        if (contact?.siteId !== actor.siteId) throw appError('NOT_FOUND', 'There is no such contact.');
        return { contact };
      },
      updateContact: (q, { actor }) => {
        const contact = this.contacts.get(q.contactId);
        if (!contact || contact.siteId !== actor.siteId) throw appError('NOT_FOUND', 'There is no such contact.');
        return note('updateContact', q, actor.siteId, { contact: { ...contact, name: q.name ?? contact.name } });
      },
      renewVisitorLeases: (q, { actor }) => note('renewVisitorLeases', q, actor.siteId, {}),
    };
  }
}

const envelopeOf = (siteId: string, aggregateId: string, type: string) => ({
  eventId: randomUUID(),
  siteId,
  aggregateId,
  seq: 2,
  type,
  occurredAt: new Date(),
  correlationId: 'c',
  causationId: '',
  actor: undefined,
});
