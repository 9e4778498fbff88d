import { Keys } from '@beseda/auth';
import { type BusAdapter, type Bus, createBus, embeddedAdapter, ensureKafkaTopics, kafkaAdapter } from '@beseda/bus';
import { TOPICS, dialogsV1 } from '@beseda/contracts';
import { type GrpcClient, createGrpcClient } from '@beseda/grpc';
import { type RunningService, startService } from '@beseda/service-defaults';
import { type TestLog, type TestLogName, type TestMongo, startTestLog, startTestMongo } from '@beseda/testing';
import { dialogsService } from '../service.js';
import { type FakeAdmin, operatorSetting, siteSetting, startFakeAdmin } from './fake-admin.js';
import { SECRET, SITE } from './kit.js';

/** A `dialogs` that can be restarted, on any log, and a bus beside it. */
export class ChoreographyKit {
  #service!: RunningService;
  #client!: GrpcClient<typeof dialogsV1.DialogsServiceService>;

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
    const admin = await startFakeAdmin(SECRET, [siteSetting(SITE), operatorSetting('oleg', SITE)]);
    const kit = new ChoreographyKit(log, adapter, createBus({ adapter, prefix }), mongo, admin);
    await kit.#run();
    return kit;
  }

  get service(): RunningService {
    return this.#service;
  }

  get client(): GrpcClient<typeof dialogsV1.DialogsServiceService> {
    return this.#client;
  }

  /** Ends the service in order and starts it again on the same database and log. */
  readonly restart = async (): Promise<void> => {
    await this.#end();
    await this.#run();
  };

  async stop(): Promise<void> {
    await this.#end();
    await this.bus.close();
    await Promise.all([this.admin.stop(), this.mongo.stop(), this.log.stop()]);
  }

  async #run(): Promise<void> {
    const env = {
      BESEDA_SECRET: SECRET,
      MONGO_URL: this.mongo.uri,
      BESEDA_ADMIN_GRPC: this.admin.address,
      LOG_LEVEL: 'silent',
      ...this.log.env,
    };
    this.#service = await startService(dialogsService, env, { processMetrics: false });
    this.#client = createGrpcClient(dialogsV1.DialogsServiceService, {
      address: this.#service.grpcAddress ?? '',
      keys: new Keys(SECRET),
      service: 'dialogs',
    });
  }

  async #end(): Promise<void> {
    this.#client.close();
    await this.#service.stop();
  }
}
