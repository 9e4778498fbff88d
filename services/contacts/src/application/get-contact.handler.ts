import type { SiteScope } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { Injectable } from '@nestjs/common';
import type { Contact } from '../domain/contact.js';
import { VisitorsRepository } from '../infrastructure/mongo/visitors.repository.js';
import { ContactWriter } from './contact-writer.js';

/** The card of a contact. A contact sees only its own. */
@Injectable()
export class GetContactHandler {
  constructor(
    private readonly writer: ContactWriter,
    private readonly visitors: VisitorsRepository,
  ) {}

  async execute(scope: SiteScope, contactId: string): Promise<{ contact: Contact; online: boolean }> {
    if (scope.contactId !== undefined && scope.contactId !== contactId) {
      throw appError('PERMISSION_DENIED', 'A contact may see only its own card.');
    }
    const { contact } = await this.writer.current(scope, contactId);
    return { contact, online: await this.isOnline(contact) };
  }

  isOnline({ siteId, id }: Pick<Contact, 'siteId' | 'id'>): Promise<boolean> {
    return this.visitors.isOnline({ siteId }, id, new Date());
  }
}
