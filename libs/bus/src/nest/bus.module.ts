import { Module, type DynamicModule, type FactoryProvider, type ModuleMetadata, type Provider } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { BusConsumers } from './bus-consumers.js';
import { BUS, BUS_OPTIONS, type BusModuleOptions } from './options.js';

/** Options made by other providers. */
export interface BusModuleAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: (...dependencies: never[]) => BusModuleOptions | Promise<BusModuleOptions>;
}

function dynamic(options: Provider, imports: ModuleMetadata['imports']): DynamicModule {
  const bus: Provider = { provide: BUS, inject: [BUS_OPTIONS], useFactory: (o: BusModuleOptions) => o.bus };
  return {
    module: BusModule,
    global: true,
    imports: [DiscoveryModule, ...(imports ?? [])],
    providers: [options, bus, BusConsumers],
    exports: [BUS, BusConsumers],
  };
}

/** The bus in a Nest application: import it once, in the root module of the service. */
@Module({})
export class BusModule {
  static forRoot(options: BusModuleOptions): DynamicModule {
    return dynamic({ provide: BUS_OPTIONS, useValue: options }, []);
  }

  static forRootAsync(options: BusModuleAsyncOptions): DynamicModule {
    const { imports, inject, useFactory } = options;
    const factory = useFactory as (...dependencies: unknown[]) => BusModuleOptions | Promise<BusModuleOptions>;
    return dynamic({ provide: BUS_OPTIONS, inject: inject ?? [], useFactory: factory }, imports);
  }
}
