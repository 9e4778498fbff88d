import { BUS, type Bus, type ReceivedRecord } from '@beseda/bus';
import { TOPICS, type contactsV1, decodeEvent, type dialogsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import { inSpan, openChild } from '@beseda/tracing';
import { HealthChecks, LOGGER, type Logger } from '@beseda/service-defaults';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Presence } from '../../application/presence.js';
import { KnownContacts } from '../../application/known-contacts.js';
import { MergedContacts } from '../../application/merged-contacts.js';
import { EventMapper } from '../mapping/events.js';
import { type Care, OperatorGateway } from './operator.gateway.js';
import { contactRoom } from './rooms.js';
import { SocketMetrics } from './socket-metrics.js';
import { WidgetGateway } from './widget.gateway.js';

/** Brings events from the bus to the sockets. Every replica reads all of them, from the moment it is ready. */
@Injectable()
export class LiveEvents implements OnApplicationBootstrap, OnModuleDestroy {
  #broadcast: { close(): Promise<void> } | undefined;

  constructor(
    @Inject(BUS) private readonly bus: Bus,
    @Inject(OperatorGateway) private readonly operators: OperatorGateway,
    @Inject(WidgetGateway) private readonly visitors: WidgetGateway,
    @Inject(EventMapper) private readonly events: EventMapper,
    @Inject(KnownContacts) private readonly known: KnownContacts,
    @Inject(MergedContacts) private readonly merged: MergedContacts,
    @Inject(Presence) private readonly presence: Presence,
    @Inject(SocketMetrics) private readonly metrics: SocketMetrics,
    @Inject(HealthChecks) health: HealthChecks,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    health.add('realtime', () => {
      if (!this.#broadcast) throw appError('UNAVAILABLE', 'The events are not read yet.');
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    this.#broadcast = await this.bus.broadcast({
      topics: [TOPICS.dialogs.name, TOPICS.contacts.name, TOPICS.presence.name],
      handler: (record) => this.#receive(record),
      onResync: (info) => {
        this.logger.warn(info, 'events may have been missed: all sockets resume');
        this.known.forgetAll();
        this.operators.resyncAll();
        this.visitors.resyncAll();
        void this.presence.reconcile();
      },
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.#broadcast?.close();
    this.#broadcast = undefined;
  }

  // Not async: what one record causes is done before the next one of its dialog is looked at.
  #receive(record: ReceivedRecord): Promise<void> {
    const decoded = decodeEvent(record.topic, record.value);
    if (decoded?.kind === 'dialog')
      inSpan(openChild({ name: 'emit dialog.event' }), () => this.#dialogEvent(decoded.event));
    else if (decoded?.kind === 'contact') this.#contactEvent(decoded.event);
    else if (decoded?.kind === 'presence') this.presence.receive(decoded.event);
    return Promise.resolve();
  }

  #dialogEvent(event: dialogsV1.DialogEvent): void {
    const { envelope, contactId } = event;
    if (!envelope) throw new TypeError('an event came without its envelope');
    const { siteId, occurredAt } = envelope;
    this.operators.dispatch(siteId, this.events.one(event, 'operator'), careOf(event));
    if (contactId !== '') {
      const owner = this.merged.resolve(siteId, contactId);
      this.visitors.dispatch(siteId, owner, this.events.one(event, 'contact'));
    }
    if (occurredAt) this.metrics.latency.observe(Math.max(0, Date.now() - occurredAt.getTime()) / 1_000);
  }

  #contactEvent({ envelope, body }: contactsV1.ContactEvent): void {
    const fact = body?.body;
    if (!envelope || (fact?.$case !== 'contactMerged' && fact?.$case !== 'contactIdentified')) return;
    const { siteId, aggregateId } = envelope;
    if (fact.$case === 'contactMerged') {
      this.merged.add(siteId, aggregateId, fact.value.intoContactId);
      this.known.became(siteId, aggregateId, 'gone');
    } else if (fact.value.verified) this.known.became(siteId, aggregateId, 'verified');
    this.visitors.recheck(contactRoom(siteId, aggregateId));
  }
}

/** Who looks after an event's dialog, and who did before it when it is about that. */
function careOf({ assigneeId, body }: dialogsV1.DialogEvent): Care {
  const fact = body?.body;
  if (fact?.$case !== 'dialogAssigned' && fact?.$case !== 'dialogUnassigned') return { assigneeId };
  return { assigneeId, previousId: fact.value.previousOperatorId };
}
