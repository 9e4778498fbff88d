import { type Keys, type VisitorClaims, scopeOf, signVisitor, verifyVisitor } from '@beseda/auth';
import { AppError, appError } from '@beseda/errors';
import { KEYS } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import type { Contact, Environment, Page } from '../domain/contact.js';
import { firstVisit, openSession } from '../domain/visit.js';
import { ContactsRepository } from '../infrastructure/mongo/contacts.repository.js';
import { ContactWriter, causeOf } from './contact-writer.js';
import { SiteDirectory } from './site-directory.js';

export interface OpenSessionCommand {
  siteId: string;
  /** May be empty, foreign or damaged. */
  token: string;
  page: Page | undefined;
  environment: Environment;
}

/** A page opened the widget: gives the contact of its token, or a new one, and the token to keep. */
@Injectable()
export class OpenSessionHandler {
  constructor(
    private readonly contacts: ContactsRepository,
    private readonly writer: ContactWriter,
    private readonly sites: SiteDirectory,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  async execute(command: OpenSessionCommand): Promise<{ token: string; contact: Contact }> {
    const { identitySecretVersion } = await this.sites.require(command.siteId);
    const claims = command.token ? await verifyVisitor(this.keys, command.token) : undefined;
    const known = claims?.siteId === command.siteId && (await this.#known(command, claims, identitySecretVersion));
    const contact = known || (await this.#create(command));
    const proof = known && claims?.secretVersion !== undefined ? { secretVersion: claims.secretVersion } : {};
    return {
      token: await signVisitor(this.keys, { siteId: contact.siteId, contactId: contact.id, ...proof }),
      contact,
    };
  }

  /** The contact of a token, unless it takes more to be that one: a proof, made with the secret the site has now. */
  async #known(
    { siteId, page, environment }: OpenSessionCommand,
    { contactId, secretVersion }: VisitorClaims,
    identitySecretVersion: number,
  ): Promise<Contact | undefined> {
    if (secretVersion !== undefined && secretVersion < identitySecretVersion) return undefined;
    const actor = { kind: 'contact', id: contactId, siteId } as const;
    try {
      return await this.writer.change(scopeOf(actor), contactId, actor, (contact, now) => {
        if (contact.verified && secretVersion === undefined) throw appError('NOT_FOUND', 'Another token opens this.');
        return openSession(contact, page, environment, now);
      });
    } catch (error) {
      // The token is not enough, or outlived its contact (merged, a database made anew): the visitor quietly gets another.
      if (error instanceof AppError && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  }

  #create({ siteId, page, environment }: OpenSessionCommand): Promise<Contact> {
    const id = v7();
    const now = new Date();
    return this.contacts.insert(
      firstVisit(id, siteId, page, environment, now),
      [{ type: 'contact.created', name: '', email: '' }],
      causeOf({ kind: 'contact', id }, now),
    );
  }
}
