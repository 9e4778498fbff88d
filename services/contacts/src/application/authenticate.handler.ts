import { createHmac, timingSafeEqual } from 'node:crypto';
import { type ContactActor, type Keys, type SiteScope, signVisitor, siteScope } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { KEYS } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import type { Contact } from '../domain/contact.js';
import { bindUser, decideAuth, sealMerged } from '../domain/merge.js';
import { firstVisit } from '../domain/visit.js';
import { ContactsRepository, type Loaded, UserTakenError } from '../infrastructure/mongo/contacts.repository.js';
import { ContactWriter, causeOf, untilWritten } from './contact-writer.js';
import { IdentitySecrets } from './identity-secrets.js';

/** The site proves who the visitor is: HMAC-SHA256(its identity secret, user id). */
@Injectable()
export class AuthenticateHandler {
  constructor(
    private readonly contacts: ContactsRepository,
    private readonly writer: ContactWriter,
    private readonly secrets: IdentitySecrets,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  /** @returns the contact the browser is from now on, and its token: only that one opens what the verified person has. */
  async execute(actor: ContactActor, userId: string, hmac: string): Promise<{ token: string; contactId: string }> {
    // Not the contact's own scope: it may have become part of another one a moment ago, and the proof opens that one.
    const scope = siteScope(actor.siteId);
    const { secret, version: secretVersion } = await this.secrets.of(scope);
    if (!isSigned(secret, userId, hmac)) throw wrongHmac();
    const contactId = await untilWritten(() => this.#authenticate(scope, actor, userId));
    return { contactId, token: await signVisitor(this.keys, { siteId: actor.siteId, contactId, secretVersion }) };
  }

  /** Undefined when somebody else wrote meanwhile. However many do this at once, one contact is the user in the end. */
  async #authenticate(scope: SiteScope, actor: ContactActor, userId: string): Promise<string | undefined> {
    const current = await this.writer.current(scope, actor.id);
    const known = (await this.contacts.findUser(scope, userId))?.contact;
    const now = new Date();
    switch (decideAuth(current.contact, userId, known)) {
      case 'same':
        return current.contact.id;
      case 'switch':
        return known?.id;
      case 'bind':
        return this.#unlessTaken(() => this.contacts.write(current, bindUser(userId, now), causeOf(actor, now)));
      case 'merge':
        return known && this.#merge(current, known, actor);
      case 'start-new':
        return this.#unlessTaken(() => this.#startNew(current.contact, userId, now));
    }
  }

  async #merge(current: Loaded, survivor: Contact, actor: ContactActor): Promise<string | undefined> {
    const sealed = await this.contacts.write(current, sealMerged(survivor.id), causeOf(actor, new Date()));
    if (!sealed) return undefined;
    await this.writer.finishMerge(sealed);
    return survivor.id;
  }

  #startNew(previous: Contact, userId: string, now: Date): Promise<Contact> {
    const id = v7();
    const fresh = firstVisit(id, previous.siteId, undefined, previous, now);
    return this.contacts.insert(
      { ...fresh, userId, verified: true },
      [
        { type: 'contact.created', name: '', email: '' },
        { type: 'contact.identified', userId, verified: true },
      ],
      causeOf({ kind: 'contact', id }, now),
    );
  }

  async #unlessTaken(write: () => Promise<Contact | undefined>): Promise<string | undefined> {
    try {
      return (await write())?.id;
    } catch (error) {
      // Another browser of the same person was faster: decided anew, this one joins it.
      if (error instanceof UserTakenError) return undefined;
      throw error;
    }
  }
}

function isSigned(secret: string, userId: string, hmac: string): boolean {
  const expected = createHmac('sha256', secret).update(userId).digest();
  const shown = Buffer.from(hmac, 'hex');
  return shown.length === expected.length && timingSafeEqual(shown, expected);
}

function wrongHmac(): Error {
  const message =
    'The signature does not belong to this user id: it must be HMAC-SHA256(identity secret, user id) in hex.';
  return appError('PERMISSION_DENIED', message, { fields: [{ path: 'hmac', code: 'wrong_signature', message }] });
}
