import { BusModule, type Bus, createBus, embeddedAdapter, memoryParkedStore } from '@beseda/bus';
import { settingRecord, settingsV1 } from '@beseda/contracts';
import { MongoModule, openMongo } from '@beseda/mongo';
import { type TestMongo, startTestMongo, until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { InjectSettings, SettingsCopies, SettingsCopy, SettingsModule, mongoSettingsStore } from './index.js';

let server: TestMongo;
beforeAll(async () => {
  server = await startTestMongo();
});
afterAll(async () => {
  await server.stop();
});

const site = (id: string, version: number): settingsV1.Setting =>
  settingsV1.Setting.fromPartial({
    kind: 'site',
    siteId: id,
    id,
    version,
    value: { $case: 'site', value: { id, name: `v${version}` } },
  });

@Injectable()
class Reader {
  constructor(@InjectSettings('site') readonly sites: SettingsCopy<'site'>) {}
}

interface Started {
  app: INestApplicationContext;
  bus: Bus;
  sites: SettingsCopy<'site'>;
}

async function start(dbName: string, snapshot: () => Promise<settingsV1.Setting[]>): Promise<Started> {
  const bus = createBus({ adapter: embeddedAdapter({ path: `:memory:${dbName}` }) });
  const codec = { topicOf: () => 't', decode: () => ({ type: 'x', event: undefined }) };
  @Module({
    imports: [
      MongoModule.forRoot({ uri: server.uri, dbName, maxPoolSize: 2 }),
      BusModule.forRoot({ service: 'reader', bus, codec, parked: memoryParkedStore() }),
      SettingsModule.forRootAsync({ kinds: ['site'], useFactory: () => ({ snapshot }) }),
    ],
    providers: [Reader],
  })
  class App {}
  const app = await NestFactory.createApplicationContext(App, { logger: false });
  return { app, bus, sites: app.get(Reader).sites };
}

describe('SettingsModule', () => {
  it('reads the owner once, then events; a restart needs neither', async () => {
    const dbName = server.dbName('settings');
    const first = await start(dbName, async () => [site('a', 1), site('b', 7)]);
    expect(first.sites.require('a').name).toBe('v1');
    await first.bus.publish([settingRecord(site('a', 2), 'c'), settingRecord(site('b', 6), 'c')]);
    await until(() => first.sites.version('a') === 2, { what: 'event' });
    expect(first.sites.version('b')).toBe(7);
    await first.app.close();

    const second = await start(dbName, () => Promise.reject(new Error('owner away')));
    expect(second.app.get(SettingsCopies).ready).toBe(true);
    expect(second.sites.require('a').name).toBe('v2');
    expect(second.sites.require('b').name).toBe('v7');
    await second.app.close();
  });

  it('keeps the highest version, whoever writes last', async () => {
    const connection = await openMongo({ uri: server.uri, dbName: server.dbName('store'), maxPoolSize: 4 });
    const store = mongoSettingsStore(() => connection.getClient().db(connection.name));
    const versions = async (): Promise<number[]> => (await store.load()).map(({ version }) => version);
    await store.save(site('a', 3));
    await store.save(site('a', 2));
    await store.save(site('a', 3));
    expect(await versions()).toEqual([3]);
    await Promise.all([5, 9, 4, 8, 7, 6].map((version) => store.save(site('a', version))));
    expect(await versions()).toEqual([9]);
    expect(await store.load()).toEqual([site('a', 9)]);
    await store.remove(site('a', 8)); // what was forgotten is not what is kept now
    expect(await versions()).toEqual([9]);
    await store.remove(site('a', 9));
    expect(await versions()).toEqual([]);
    await connection.close();
  });

  it('lets replicas share the stored copies', async () => {
    const dbName = server.dbName('settings');
    const replicas = await Promise.all([1, 2, 3].map((version) => start(dbName, async () => [site('a', version)])));
    await until(
      async () => {
        const again = await start(dbName, () => Promise.reject(new Error('owner away')));
        const version = again.sites.version('a');
        await again.app.close();
        return version === 3;
      },
      { what: 'the highest version stored' },
    );
    for (const { app } of replicas) await app.close();
  });

  it('says what is missing', () => {
    @Module({ imports: [SettingsModule.forRoot({ kinds: ['site'], snapshot: async () => [] })] })
    class App {}
    return expect(NestFactory.createApplicationContext(App, { logger: false, abortOnError: false })).rejects.toThrow();
  });
});
