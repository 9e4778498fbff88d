import {
  identifyBody,
  pageViewBody,
  sessionBody,
  sessionSchema,
  trackBody,
  widgetAuthBody,
  widgetAuthSchema,
} from '@beseda/api';
import type { ContactActor } from '@beseda/auth';
import { SERVICE_CONFIG } from '@beseda/service-defaults';
import { Body, Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import type { z } from 'zod';
import { Directory } from '../../../application/directory.js';
import { KnownContacts } from '../../../application/known-contacts.js';
import { Presence } from '../../../application/presence.js';
import { WidgetSightings } from '../../../application/widget-sightings.js';
import type { GatewayConfig } from '../../../config/gateway-config.js';
import { Backends } from '../../../infrastructure/backends.js';
import { widgetLook, widgetSettings } from '../../mapping/admin.js';
import { personalFields } from '../contacts/mapping.js';
import { Contact } from '../caller.js';
import { Answers } from '../describe.js';

/** Who the visitor is and what he does on the site. */
@ApiTags('widget')
@Controller('api/widget')
export class WidgetVisitorController {
  constructor(
    @Inject(Backends) private readonly backends: Backends,
    @Inject(Directory) private readonly directory: Directory,
    @Inject(KnownContacts) private readonly known: KnownContacts,
    @Inject(Presence) private readonly presence: Presence,
    @Inject(WidgetSightings) private readonly sightings: WidgetSightings,
    @Inject(SERVICE_CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Post('sessions')
  @HttpCode(200)
  @Answers(sessionSchema)
  async open(
    @Body({ schema: sessionBody }) body: z.infer<typeof sessionBody>,
    @Req() request: Request,
  ): Promise<z.infer<typeof sessionSchema>> {
    const site = this.directory.requireSite(body.siteId);
    const { language = '', timezone = '', screen = '' } = body.device ?? {};
    const { token, contact } = await this.backends.contacts.call(
      'openSession',
      {
        siteId: site.id,
        token: body.token ?? '',
        page: body.page ?? undefined,
        device: { userAgent: (request.get('user-agent') ?? '').slice(0, 500), language, timezone, screen },
      },
      { actor: { kind: 'service', id: 'gateway', siteId: site.id } },
    );
    if (!contact) throw new TypeError('contacts answered without the contact');
    this.known.answered(contact, contact.verified ? 'verified' : 'anonymous');
    if (body.page && !body.preview) this.sightings.seen(site, body.page.url, this.#ownHosts(request));
    const look = widgetLook(site, this.presence, this.directory);
    return { token, contactId: contact.id, settings: widgetSettings(look, contact) };
  }

  /** Hosts of the console and the demo page: a widget there says nothing about the site's own pages. */
  #ownHosts(request: Request): string[] {
    const { publicUrl } = this.config;
    return [request.headers.host ?? '', publicUrl === undefined ? '' : new URL(publicUrl).host];
  }

  @Post('identify')
  @HttpCode(204)
  async identify(
    @Body({ schema: identifyBody }) body: z.infer<typeof identifyBody>,
    @Contact() actor: ContactActor,
  ): Promise<void> {
    await this.backends.contacts.call('identify', personalFields(body), { actor });
  }

  @Post('auth')
  @HttpCode(200)
  @Answers(widgetAuthSchema)
  async auth(
    @Body({ schema: widgetAuthBody }) body: z.infer<typeof widgetAuthBody>,
    @Contact() actor: ContactActor,
  ): Promise<z.infer<typeof widgetAuthSchema>> {
    const { token, contactId } = await this.backends.contacts.call('authenticate', body, { actor });
    // The token that came with this request is worth nothing more from now on, unless it was a proven one itself.
    if (this.known.peek(actor) === 'anonymous')
      this.known.became(actor.siteId, actor.id, contactId === actor.id ? 'verified' : 'gone');
    return { token, contactId };
  }

  @Post('track')
  @HttpCode(204)
  async track(
    @Body({ schema: trackBody }) { event, props, at }: z.infer<typeof trackBody>,
    @Contact() actor: ContactActor,
  ): Promise<void> {
    const request = { event, props: props ?? undefined, at: at ? new Date(at) : undefined };
    await this.backends.contacts.call('track', request, { actor });
  }

  @Post('pageviews')
  @HttpCode(204)
  async pageView(
    @Body({ schema: pageViewBody }) { url, title, referrer = '' }: z.infer<typeof pageViewBody>,
    @Contact() actor: ContactActor,
  ): Promise<void> {
    await this.backends.contacts.call('recordPageView', { page: { url, title, referrer } }, { actor });
  }
}
