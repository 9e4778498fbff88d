import { type Keys, signVisitor, siteScope, verifyVisitor } from '@beseda/auth';
import { AppError } from '@beseda/errors';
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
    await this.sites.require(command.siteId);
    const contact = (await this.#known(command)) ?? (await this.#create(command));
    const token = await signVisitor(this.keys, { siteId: contact.siteId, contactId: contact.id });
    return { token, contact };
  }

  async #known({ siteId, token, page, environment }: OpenSessionCommand): Promise<Contact | undefined> {
    const claims = token ? await verifyVisitor(this.keys, token) : undefined;
    if (claims?.siteId !== siteId) return undefined;
    try {
      return await this.writer.change(
        siteScope(siteId),
        claims.contactId,
        { kind: 'contact', id: claims.contactId },
        (contact, now) => openSession(contact, page, environment, now),
      );
    } catch (error) {
      // The token outlived its contact, say in a database that was made anew: the visitor quietly gets another.
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
