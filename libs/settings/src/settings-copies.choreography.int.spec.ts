import { type BusAdapter, type Bus, createBus, embeddedAdapter, ensureKafkaTopics, kafkaAdapter } from '@beseda/bus';
import { TOPICS, settingRecord, settingsV1 } from '@beseda/contracts';
import { openMongo } from '@beseda/mongo';
import {
  type TestLog,
  type TestMongo,
  TEST_LOGS,
  choreography,
  logSkipped,
  startTestLog,
  startTestMongo,
} from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SettingsCopies, mongoSettingsStore } from './index.js';

type Connection = Awaited<ReturnType<typeof openMongo>>;

const site = (id: string, version: number, deleted = false): settingsV1.Setting =>
  settingsV1.Setting.fromPartial({
    kind: 'site',
    siteId: id,
    id,
    version,
    deleted,
    ...(!deleted && { value: { $case: 'site', value: { id, name: `${id} v${version}` } } }),
  });
const recordOf = (setting: settingsV1.Setting) => settingRecord(setting, 'test');

/** The service that owns the settings: it has written what it tells. */
class Owner {
  readonly #settings = new Map<string, settingsV1.Setting>();

  readonly write = (records: readonly { readonly value: Uint8Array }[]): void => {
    for (const { value } of records) {
      if (value.length < 4) continue; // a damaged one was not told by the owner
      const setting = settingsV1.Setting.decode(value);
      if ((this.#settings.get(setting.id)?.version ?? 0) < setting.version) this.#settings.set(setting.id, setting);
    }
  };

  readonly snapshot = async (): Promise<settingsV1.Setting[]> => [...this.#settings.values()];
}

/** The copies of a service that can be restarted. */
class Reader {
  copies!: SettingsCopies;
  #bus!: Bus;
  /** Versions as listeners were told them, per start and site. */
  readonly told: Map<string, number[]>[] = [];

  constructor(
    private readonly makeBus: () => Bus,
    private readonly db: () => NonNullable<Connection['db']>,
    readonly owner: Owner,
  ) {}

  async start(): Promise<void> {
    this.#bus = this.makeBus();
    const { snapshot } = this.owner;
    const store = mongoSettingsStore(this.db);
    this.copies = new SettingsCopies({ kinds: ['site'], bus: this.#bus, store, snapshot });
    const told = new Map<string, number[]>();
    this.told.push(told);
    this.copies.of('site').onChange(({ id, version }) => told.set(id, [...(told.get(id) ?? []), version]));
    await this.copies.start();
  }

  async stop(): Promise<void> {
    await this.copies.close();
    await this.#bus.close();
  }

  readonly restart = async (): Promise<void> => {
    await this.stop();
    await this.start();
  };
}

for (const name of TEST_LOGS)
  (logSkipped(name) ? describe.skip : describe)(`settings → their copies, on the ${name} log`, () => {
    let log: TestLog;
    let mongo: TestMongo;
    let connection: Connection;
    let bus: Bus;
    const makeBus = (): Bus => {
      const { brokers, path, prefix } = log;
      const adapter: BusAdapter = brokers ? kafkaAdapter({ brokers }) : embeddedAdapter({ path });
      return createBus({ adapter, prefix });
    };
    beforeAll(async () => {
      [log, mongo] = await Promise.all([startTestLog(name), startTestMongo()]);
      const { brokers, prefix } = log;
      const topic = { ...TOPICS.settings, name: prefix + TOPICS.settings.name };
      if (brokers) await ensureKafkaTopics({ brokers }, [topic]);
      bus = makeBus();
    }, 240_000);
    afterAll(async () => {
      await bus?.close();
      await mongo?.stop();
      await log?.stop();
    }, 60_000);

    it.each(name === 'kafka' ? ['one'] : ['one', 'two', 'three', 'four', 'five', 'six'])(
      'repeats, other orders, poison and restarts leave the highest versions, each told once and in order (seed %s)',
      async (seed) => {
        connection = await openMongo({ uri: mongo.uri, dbName: mongo.dbName('copies'), maxPoolSize: 4 });
        const db = () => connection.getClient().db(connection.name);
        const reader = new Reader(makeBus, db, new Owner());
        const ids = ['anna', 'boris', 'vera', 'galina', 'denis'].map((id) => `${id}-${seed}`);
        await reader.start();
        try {
          await choreography({ bus, seed })
            .given(
              ...ids.flatMap((id) => [1, 2, 3, 4, 5, 7].map((version) => recordOf(site(id, version)))),
              recordOf(site(ids[0] ?? '', 8, true)),
            )
            .with({
              duplicates: 0.5,
              reorderAcrossKeys: true,
              poison: 2,
              restart: reader.restart,
              restarts: 2,
              beforePublish: reader.owner.write,
              closing: ids.map((id) => recordOf(site(id, 9))),
            })
            .expect(
              async () => {
                const sites = reader.copies.of('site');
                expect(ids.map((id) => sites.get(id)?.name)).toEqual(ids.map((id) => `${id} v9`));
                const stored = await mongoSettingsStore(db).load();
                expect(stored.map(({ id, version }) => `${id} ${version}`).sort()).toEqual(
                  ids.map((id) => `${id} 9`).sort(),
                );
                for (const versions of reader.told.flatMap((told) => [...told.values()]))
                  expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
              },
              { timeoutMs: 10_000 },
            );
        } finally {
          await reader.stop();
          await connection.close();
        }
      },
      60_000,
    );
  });
