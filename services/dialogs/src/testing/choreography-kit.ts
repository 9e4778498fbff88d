import { type BusAdapter, type Bus, createBus, embeddedAdapter, ensureKafkaTopics, kafkaAdapter } from '@beseda/bus';
import { TOPICS, dialogsV1 } from '@beseda/contracts';
import type { GrpcClient } from '@beseda/grpc';
import type { RunningService } from '@beseda/service-defaults';
import {
  type FakeAdmin,
  type TestService,
  operatorSetting,
  siteSetting,
  startFakeAdmin,
  startTestService,
  testEnv,
} from '@beseda/service-defaults/testing';
import { type TestLog, type TestLogName, type TestMongo, startTestLog, startTestMongo } from '@beseda/testing';
import { dialogsService } from '../service.js';
import { SITE } from './kit.js';

/** A `dialogs` that can be restarted, on any log, and a bus beside it. */
export class ChoreographyKit {
  #running!: TestService<typeof dialogsV1.DialogsServiceService>;

  private constructor(
    readonly log: TestLog,
    readonly adapter: BusAdapter,
    readonly bus: Bus,
    private readonly mongo: TestMongo,
    readonly admin: FakeAdmin,
  ) {}

  static async start(name: TestLogName): Promise<ChoreographyKit> {
    const [log, mongo] = await Promise.all([startTestLog(name), startTestMongo()]);
    const { brokers, path, prefix } = log;
    const topics = Object.values(TOPICS).map((topic) => ({ ...topic, name: prefix + topic.name }));
    if (brokers) await ensureKafkaTopics({ brokers }, topics);
    const adapter = brokers ? kafkaAdapter({ brokers }) : embeddedAdapter({ path });
    const admin = await startFakeAdmin({ settings: [siteSetting(SITE), operatorSetting('oleg', [SITE])] });
    const kit = new ChoreographyKit(log, adapter, createBus({ adapter, prefix }), mongo, admin);
    await kit.#run();
    return kit;
  }

  get service(): RunningService {
    return this.#running.service;
  }

  get client(): GrpcClient<typeof dialogsV1.DialogsServiceService> {
    return this.#running.client;
  }

  /** Ends the service in order and starts it again on the same database and log. */
  readonly restart = async (): Promise<void> => {
    await this.#running.stop();
    await this.#run();
  };

  async stop(): Promise<void> {
    await this.#running.stop();
    await this.bus.close();
    await Promise.all([this.admin.stop(), this.mongo.stop(), this.log.stop()]);
  }

  async #run(): Promise<void> {
    const env = { ...testEnv(this.mongo.uri, this.admin), ...this.log.env };
    this.#running = await startTestService(dialogsService, dialogsV1.DialogsServiceService, env);
  }
}
