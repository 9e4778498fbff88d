import { OnEvent } from '@beseda/bus';
import type { contactsV1 } from '@beseda/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { FollowContactHandler } from '../../application/follow-contact.handler.js';

/** What happens to contacts, as far as dialogs show it. */
@Injectable()
export class ContactEventsConsumer {
  constructor(@Inject(FollowContactHandler) private readonly handler: FollowContactHandler) {}

  @OnEvent(['contact.created', 'contact.changed', 'contact.merged'])
  onContact(event: unknown): Promise<void> {
    // The bus hands out what the contracts decoded from the topic of contacts.
    return this.handler.handle(event as contactsV1.ContactEvent);
  }
}
