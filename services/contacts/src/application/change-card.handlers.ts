import type { ContactActor, OperatorActor } from '@beseda/auth';
import { scopeOf } from '@beseda/auth';
import { Injectable } from '@nestjs/common';
import { changeCard, identify } from '../domain/card.js';
import type { CardChange, Contact } from '../domain/contact.js';
import { ContactWriter } from './contact-writer.js';

/** The site's page says who the visitor is; nothing proves it. */
@Injectable()
export class IdentifyHandler {
  constructor(private readonly writer: ContactWriter) {}

  async execute(actor: ContactActor, change: CardChange): Promise<void> {
    await this.writer.change(scopeOf(actor), actor.id, actor, (contact, now) => identify(contact, change, now));
  }
}

/** An operator edits the card. */
@Injectable()
export class UpdateContactHandler {
  constructor(private readonly writer: ContactWriter) {}

  execute(actor: OperatorActor, contactId: string, change: CardChange): Promise<Contact> {
    return this.writer.change(scopeOf(actor), contactId, actor, (contact) => changeCard(contact, change));
  }
}
