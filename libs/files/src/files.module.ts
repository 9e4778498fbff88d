import {
  type DynamicModule,
  type InjectionToken,
  Module,
  type ModuleMetadata,
  type OnApplicationShutdown,
  type OptionalFactoryDependency,
} from '@nestjs/common';
import { FileStore, type FileStoreOptions, openFileStore } from './file-store.js';

/** As {@link FileStoreOptions}, made by a factory. */
export interface FilesAsyncOptions {
  imports?: ModuleMetadata['imports'];
  inject?: (InjectionToken | OptionalFactoryDependency)[];
  useFactory: (...deps: never[]) => FileStoreOptions | Promise<FileStoreOptions>;
}

/** The file store in Nest, global within the application: inject {@link FileStore}. */
@Module({})
export class FilesModule implements OnApplicationShutdown {
  readonly #store: FileStore;

  constructor(store: FileStore) {
    this.#store = store;
  }

  static forRoot(options: FileStoreOptions): DynamicModule {
    return FilesModule.forRootAsync({ useFactory: () => options });
  }

  static forRootAsync({ imports, inject, useFactory }: FilesAsyncOptions): DynamicModule {
    return {
      module: FilesModule,
      global: true,
      imports: imports ?? [],
      providers: [
        {
          provide: FileStore,
          inject: inject ?? [],
          useFactory: async (...deps: never[]) => openFileStore(await useFactory(...deps)),
        },
      ],
      exports: [FileStore],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#store.close();
  }
}
