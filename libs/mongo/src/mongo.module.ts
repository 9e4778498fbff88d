import {
  type DynamicModule,
  Inject,
  type InjectionToken,
  Module,
  type ModuleMetadata,
  type OnApplicationShutdown,
  type OptionalFactoryDependency,
  type Provider,
} from '@nestjs/common';
import type { Connection } from 'mongoose';
import { type ModelDefinition, type MongoOptions, openMongo } from './connection.js';

/** Token of the service's connection. */
export const MONGO_CONNECTION = Symbol('MONGO_CONNECTION');

/** Token of a model. */
export const modelToken = (name: string): string => `mongo:model:${name}`;

/** Injects the service's `Connection`. */
export const InjectConnection = (): ParameterDecorator & PropertyDecorator => Inject(MONGO_CONNECTION);

/** Injects a model by the name of its definition. */
export const InjectModel = (name: string): ParameterDecorator & PropertyDecorator => Inject(modelToken(name));

/** As {@link MongoOptions}, made by a factory. The models are named outside: providers are made from them. */
export interface MongoAsyncOptions {
  imports?: ModuleMetadata['imports'];
  inject?: (InjectionToken | OptionalFactoryDependency)[];
  useFactory: (...deps: never[]) => MongoOptions | Promise<MongoOptions>;
  models?: readonly ModelDefinition[];
}

/**
 * The service's database in Nest: connected and migrated before the application goes on starting, closed when everything
 * built on it has been shut down. Global within its application.
 */
@Module({})
export class MongoModule implements OnApplicationShutdown {
  readonly #connection: Connection;

  constructor(@InjectConnection() connection: Connection) {
    this.#connection = connection;
  }

  static forRoot(options: MongoOptions): DynamicModule {
    return MongoModule.forRootAsync({ useFactory: () => options, models: options.models ?? [] });
  }

  static forRootAsync(options: MongoAsyncOptions): DynamicModule {
    const models = options.models ?? [];
    const providers: Provider[] = [
      {
        provide: MONGO_CONNECTION,
        inject: options.inject ?? [],
        useFactory: async (...deps: never[]) => openMongo({ ...(await options.useFactory(...deps)), models }),
      },
      ...models.map(({ name }) => ({
        provide: modelToken(name),
        inject: [MONGO_CONNECTION],
        useFactory: (connection: Connection) => connection.model(name),
      })),
    ];
    return {
      module: MongoModule,
      global: true,
      imports: options.imports ?? [],
      providers,
      exports: [MONGO_CONNECTION, ...models.map(({ name }) => modelToken(name))],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#connection.close();
  }
}
