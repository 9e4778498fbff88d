import { BUS, type Bus } from '@beseda/bus';
import { MONGO_CONNECTION } from '@beseda/mongo';
import {
  type DynamicModule,
  Inject,
  type InjectionToken,
  Module,
  type ModuleMetadata,
  type OptionalFactoryDependency,
  type Provider,
} from '@nestjs/common';
import type { Connection } from 'mongoose';
import type { SettingKind } from './kinds.js';
import { SettingsCopies, type SettingsCopiesOptions } from './settings-copies.js';
import { mongoSettingsStore, noSettingsStore } from './settings-store.js';

/** What a service says about its copies. */
export interface SettingsOptions extends Pick<
  SettingsCopiesOptions,
  'snapshot' | 'registry' | 'logger' | 'reconcileEveryMs' | 'firstWaitMs'
> {
  /** Keep the copies in the service's own MongoDB (default). `false` for a service without a database. */
  persist?: boolean;
}

/** As {@link SettingsOptions}, made by a factory. The kinds are named outside: providers are made from them. */
export interface SettingsAsyncOptions {
  kinds: readonly SettingKind[];
  imports?: ModuleMetadata['imports'];
  inject?: (InjectionToken | OptionalFactoryDependency)[];
  useFactory: (...deps: never[]) => SettingsOptions | Promise<SettingsOptions>;
}

const OPTIONS = Symbol('SETTINGS_OPTIONS');

/** Token of the copy of one kind. */
export const settingsToken = (kind: SettingKind): string => `settings:${kind}`;

/** Injects the `SettingsCopy` of a kind. */
export const InjectSettings = (kind: SettingKind): ParameterDecorator & PropertyDecorator =>
  Inject(settingsToken(kind));

/** Copies of settings in Nest, global within the application. Needs the global bus and, if kept, the service's MongoDB. */
@Module({})
export class SettingsModule {
  static forRoot({ kinds, ...options }: SettingsOptions & { kinds: readonly SettingKind[] }): DynamicModule {
    return SettingsModule.forRootAsync({ kinds, useFactory: () => options });
  }

  static forRootAsync({ kinds, imports, inject, useFactory }: SettingsAsyncOptions): DynamicModule {
    const copies: Provider = {
      provide: SettingsCopies,
      inject: [OPTIONS, BUS, { token: MONGO_CONNECTION, optional: true }],
      useFactory: ({ persist = true, ...options }: SettingsOptions, bus: Bus, connection: Connection | undefined) =>
        new SettingsCopies({ ...options, kinds, bus, store: persist ? storeIn(connection) : noSettingsStore() }),
    };
    const perKind: Provider[] = kinds.map((kind) => ({
      provide: settingsToken(kind),
      inject: [SettingsCopies],
      useFactory: (all: SettingsCopies) => all.of(kind),
    }));
    return {
      module: SettingsModule,
      global: true,
      imports: imports ?? [],
      providers: [{ provide: OPTIONS, inject: inject ?? [], useFactory }, copies, ...perKind],
      exports: [SettingsCopies, ...kinds.map(settingsToken)],
    };
  }
}

function storeIn(connection: Connection | undefined): ReturnType<typeof mongoSettingsStore> {
  if (!connection)
    throw new TypeError('SettingsModule keeps its copies in MongoDB: import MongoModule, or persist: false');
  return mongoSettingsStore(() => {
    if (!connection.db) throw new TypeError('the database connection is closed');
    return connection.db;
  });
}
