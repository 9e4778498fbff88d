import { randomUUID } from 'node:crypto';
import { type Visibility } from '@beseda/api';
import type { Actor } from '@beseda/auth';
import type { BusRecord, ReceivedRecord } from '@beseda/bus';
import { dialogsV1 } from '@beseda/contracts';
import type { GrpcClient } from '@beseda/grpc';
import {
  type FakeAdmin,
  type TestService,
  operatorSetting,
  siteSetting,
  startFakeAdmin,
  startTestService,
  teamSetting,
  testEnv,
} from '@beseda/service-defaults/testing';
import { type TestMongo, startTestMongo } from '@beseda/testing';
import type { Connection } from 'mongoose';
import { Clock } from '../application/clock.js';
import { dialogsServiceWith } from '../service.js';

export const SITE = 'site-1';
export const OTHER_SITE = 'site-2';

export const contact = (id: string, siteId = SITE): Actor => ({ kind: 'contact', id, siteId });
export const operator = (id = 'oleg', siteId = SITE): Actor => ({ kind: 'operator', id, siteId, role: 'operator' });
/** An operator of the site who does not see all dialogs. */
export const viewer = (id: string, visibility: Visibility): Actor => ({
  kind: 'operator',
  id,
  siteId: SITE,
  role: 'operator',
  visibility,
});
export const service = (id = 'statistics', siteId = SITE): Actor => ({ kind: 'service', id, siteId });
export const sendId = (): string => randomUUID();

/** The real clock, until it is moved. */
export class MovableClock extends Clock {
  #offset = 0;

  move(ms: number): void {
    this.#offset += ms;
  }

  override now(): Date {
    return new Date(Date.now() + this.#offset);
  }
}

type Client = GrpcClient<typeof dialogsV1.DialogsServiceService>;

/** One running `dialogs`. */
export interface Replica extends TestService<typeof dialogsV1.DialogsServiceService> {
  clock: MovableClock;
}

/** A `dialogs` with its database, bus and settings. */
export class Kit {
  readonly replicas: Replica[] = [];
  private constructor(
    readonly mongo: TestMongo,
    readonly admin: FakeAdmin,
    private readonly env: Record<string, string>,
  ) {}

  static async start(): Promise<Kit> {
    const mongo = await startTestMongo();
    const settings = [
      siteSetting(SITE),
      siteSetting(OTHER_SITE),
      ...Array.from({ length: 20 }, (_, i) => operatorSetting(`op-${i}`, [SITE])),
      operatorSetting('oleg', [SITE]),
      operatorSetting('vera', [SITE]),
      teamSetting(SITE, 'sales', ['op-1', 'op-2']),
      teamSetting(SITE, 'support', ['op-2', 'op-3']),
      teamSetting(OTHER_SITE, 'elsewhere', ['op-1', 'op-4']),
    ];
    const admin = await startFakeAdmin({ settings });
    const env = { ...testEnv(monitored(mongo.uri), admin), BESEDA_DIALOGS_TIMER_MS: '20' };
    const kit = new Kit(mongo, admin, env);
    await kit.addReplica();
    return kit;
  }

  async addReplica(): Promise<Replica> {
    const clock = new MovableClock();
    const answers = dialogsV1.DialogsServiceService;
    const replica = { ...(await startTestService(dialogsServiceWith(clock), answers, this.env)), clock };
    this.replicas.push(replica);
    return replica;
  }

  get first(): Replica {
    const [replica] = this.replicas;
    if (!replica) throw new TypeError('nothing is running');
    return replica;
  }

  get connection(): Connection {
    return this.first.connection;
  }

  call: Client['call'] = (method, request, options) => this.first.client.call(method, request, options);

  /** Writes a text. */
  post(actor: Actor, text: string, more: Partial<dialogsV1.PostMessageRequest> = {}, replica = this.first) {
    const request = dialogsV1.PostMessageRequest.fromPartial({ clientMessageId: sendId(), text, ...more } as never);
    return replica.client.call('postMessage', request, { actor, deadlineMs: 15_000 });
  }

  async dialog(dialogId: string, actor: Actor = operator()): Promise<dialogsV1.Dialog> {
    const { dialog } = await this.call('getDialog', { dialogId }, { actor });
    if (!dialog) throw new TypeError('no dialog in the answer');
    return dialog;
  }

  async events(dialogId: string, actor: Actor = operator(), afterSeq = 0): Promise<dialogsV1.DialogEvent[]> {
    const request = { dialogId, afterSeq, beforeSeq: 0, limit: 200 };
    return (await this.call('listEvents', request, { actor })).events;
  }

  async list(filter: Partial<dialogsV1.DialogFilter> = {}, actor: Actor = operator(), cursor = '', limit = 0) {
    const full = dialogsV1.DialogFilter.fromPartial(filter as never);
    return this.call('listDialogs', { filter: full, cursor, limit }, { actor });
  }

  /** Collects what is published on the topic of dialogs from now on. */
  async listen(): Promise<{ records: ReceivedRecord[]; close(): Promise<void> }> {
    const records: ReceivedRecord[] = [];
    const broadcast = await this.first.bus.broadcast({
      topics: ['beseda.dialogs.v1'],
      handler: (record) => {
        records.push(record);
        return Promise.resolve();
      },
    });
    return { records, close: () => broadcast.close() };
  }

  publish(...records: BusRecord[]): Promise<void> {
    return this.first.bus.publish(records);
  }

  async stop(): Promise<void> {
    for (const replica of this.replicas) await replica.stop();
    await this.admin.stop();
    await this.mongo.stop();
  }
}

/** The driver tells its commands only when asked to. */
function monitored(uri: string): string {
  const url = new URL(uri);
  if (url.pathname === '') url.pathname = '/';
  url.searchParams.set('monitorCommands', 'true');
  return url.href;
}

/** Types of events with their seqs: `2 message.posted`. */
export const told = (events: readonly dialogsV1.DialogEvent[]): string[] =>
  events.map(({ envelope }) => `${envelope?.seq} ${envelope?.type}`);
