import { type ContactActor, scopeOf } from '@beseda/auth';
import { Injectable } from '@nestjs/common';
import type { Page } from '../domain/contact.js';
import { trackEvent, viewPage } from '../domain/visit.js';
import { ContactWriter } from './contact-writer.js';

/** A page's clock is believed this far back, and never ahead; milliseconds. */
const BELIEVED_MS = 24 * 3_600_000;

/** The visitor looked at a page. */
@Injectable()
export class RecordPageViewHandler {
  constructor(private readonly writer: ContactWriter) {}

  async execute(actor: ContactActor, page: Page): Promise<void> {
    await this.writer.change(scopeOf(actor), actor.id, actor, (contact, now) => viewPage(contact, page, now));
  }
}

/** The site's script tracked an event. */
@Injectable()
export class TrackHandler {
  constructor(private readonly writer: ContactWriter) {}

  async execute(
    actor: ContactActor,
    event: string,
    props: Readonly<Record<string, unknown>> | undefined,
    at: Date | undefined,
  ): Promise<void> {
    await this.writer.change(scopeOf(actor), actor.id, actor, (contact, now) => {
      const age = at ? now.getTime() - at.getTime() : -1;
      return trackEvent(contact, event, props, at && age >= 0 && age <= BELIEVED_MS ? at : now, now);
    });
  }
}
