import { type Bus, createBus, embeddedAdapter, ensureKafkaTopics, kafkaAdapter } from '@beseda/bus';
import { TOPICS, adminV1, contactsV1, settingRecord, settingsV1 } from '@beseda/contracts';
import { type RunningService, loadBaseConfig, startService } from '@beseda/service-defaults';
import { TEST_SECRET, testEnv } from '@beseda/service-defaults/testing';
import { SettingsCopies } from '@beseda/settings';
import {
  type RecordedRecord,
  type TestLog,
  type TestMongo,
  TEST_LOGS,
  choreography,
  logSkipped,
  startTestLog,
  startTestMongo,
  until,
} from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { type RunningContacts, startContacts } from './testing/running-contacts.js';

const site = (id: string, version: number, deleted = false): settingsV1.Setting =>
  settingsV1.Setting.fromPartial({
    kind: 'site',
    siteId: id,
    id,
    version,
    deleted,
    ...(!deleted && { value: { $case: 'site', value: { id, name: `${id} v${version}`, reopenWindowHours: 24 } } }),
  });
const recordOf = (setting: settingsV1.Setting) => settingRecord(setting, 'test');

/** The sites as `admin` has them: written before they are told. */
const owned = new Map<string, settingsV1.Setting>();
const write = (records: readonly { readonly value: Uint8Array }[]): void => {
  for (const { value } of records) {
    if (value.length < 4) continue; // a damaged one was not told by the owner
    const setting = settingsV1.Setting.decode(value);
    if ((owned.get(setting.id)?.version ?? 0) < setting.version) owned.set(setting.id, setting);
  }
};

@Controller()
class OwnerOfSites {
  @GrpcMethod('SettingsService')
  snapshot(@Payload() { kind }: adminV1.SnapshotRequest): adminV1.SnapshotResponse {
    return { settings: kind === 'site' ? [...owned.values()] : [] };
  }
}
@Module({ controllers: [OwnerOfSites] })
class OwnerModule {}

const seqOf = ({ topic, value }: RecordedRecord): number | undefined =>
  topic === TOPICS.contacts.name ? contactsV1.ContactEvent.decode(value).envelope?.seq : undefined;

for (const name of TEST_LOGS)
  (logSkipped(name) ? describe.skip : describe)(`settings → contacts → their events, on the ${name} log`, () => {
    let log: TestLog;
    let mongo: TestMongo;
    let admin: RunningService;
    let contacts: RunningContacts;
    let bus: Bus;
    /** Versions as the copy took them, per start of the service and site. */
    let told: Map<string, number[]>[];

    const run = async (): Promise<void> => {
      const env = { ...testEnv(mongo.uri, { address: admin.grpcAddress ?? '' }), ...log.env };
      contacts = await startContacts(env);
      const versions = new Map<string, number[]>();
      told.push(versions);
      const sites = contacts.service.app.get(SettingsCopies, { strict: false }).of('site');
      sites.onChange(({ id, version }) => versions.set(id, [...(versions.get(id) ?? []), version]));
    };
    const restart = async (): Promise<void> => {
      await contacts.stop();
      await run();
    };
    /** A visitor comes and says who he is; while the service restarts he tries again. */
    const visit = async (siteId: string, visitor: string): Promise<string> => {
      const again = { what: visitor, timeoutMs: 20_000, everyMs: 50 };
      const { contact } = await until(() => contacts.open({ siteId }), again);
      await until(async () => (await contacts.identify(contact.id, { name: visitor }, siteId)) ?? true, again);
      return contact.id;
    };

    beforeAll(async () => {
      owned.clear();
      told = [];
      [log, mongo] = await Promise.all([startTestLog(name), startTestMongo()]);
      const { brokers, path, prefix } = log;
      const topics = Object.values(TOPICS).map((topic) => ({ ...topic, name: prefix + topic.name }));
      if (brokers) await ensureKafkaTopics({ brokers }, topics);
      bus = createBus({ adapter: brokers ? kafkaAdapter({ brokers }) : embeddedAdapter({ path }), prefix });
      const env = { BESEDA_SECRET: TEST_SECRET, MONGO_URL: mongo.uri, LOG_LEVEL: 'silent' };
      const definition = {
        name: 'admin',
        loadConfig: loadBaseConfig,
        module: () => OwnerModule,
        grpc: [adminV1.SettingsServiceService],
      };
      admin = await startService(definition, env, { processMetrics: false });
      owned.set('steady', site('steady', 1));
      await run();
    }, 240_000);
    afterAll(async () => {
      await contacts?.stop();
      await bus?.close();
      await Promise.all([admin?.stop(), mongo?.stop(), log?.stop()]);
    }, 60_000);

    it.each(name === 'kafka' ? ['one'] : ['one', 'two', 'three'])(
      'sites come, change and go amid faults; visitors are served, and what they do is told once and in order (seed %s)',
      async (seed) => {
        const ids = ['shop', 'blog', 'forum', 'school'].map((id) => `${id}-${seed}`);
        const [gone = '', ...open] = ids;
        const visitors: string[] = [];
        await choreography({ bus, seed, record: [TOPICS.contacts.name], seqOf })
          .given(...ids.flatMap((id) => [1, 2, 3, 5, 6].map((version) => recordOf(site(id, version, version === 3)))))
          .with({
            duplicates: 0.5,
            reorderAcrossKeys: true,
            poison: 2,
            restart,
            beforePublish: write,
            closing: ids.map((id) => recordOf(site(id, 7, id === gone))),
            during: async () => {
              for (let i = 0; i < 6; i++) visitors.push(await visit('steady', `visitor ${i} ${seed}`));
            },
          })
          .expect(
            async (seen) => {
              const sites = contacts.service.app.get(SettingsCopies, { strict: false }).of('site');
              expect(ids.map((id) => [sites.version(id), sites.get(id)?.name])).toEqual(
                ids.map((id) => [7, id === gone ? undefined : `${id} v7`]),
              );
              for (const versions of told.flatMap((map) => [...map.values()]))
                expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
              const types = (id: string) =>
                seen.caused(TOPICS.contacts.name).flatMap((r) => (r.key === id ? r.headers['ce_type'] : []));
              for (const id of visitors) expect(types(id)).toEqual(['contact.created', 'contact.changed']);
            },
            { timeoutMs: 15_000 },
          );
        expect(visitors).toHaveLength(6);
        for (const siteId of open) expect((await contacts.open({ siteId })).contact.siteId).toBe(siteId);
        await expect(contacts.open({ siteId: gone })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      },
      90_000,
    );
  });
