import { BUS, type Bus, BusModule, mongoParkedStore } from '@beseda/bus';
import { MONGO_CONNECTION, MongoModule, mongoCall, mongoReadiness } from '@beseda/mongo';
import { type ServiceContext, busOptions } from '@beseda/service-defaults';
import { SettingsCopies, SettingsModule } from '@beseda/settings';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import type { Connection } from 'mongoose';
import { AddNoteHandler } from './application/add-note.handler.js';
import { Callers } from './application/callers.js';
import { ChangeDialogHandler } from './application/change-dialog.handler.js';
import { Clock } from './application/clock.js';
import { DialogWriter } from './application/dialog-writer.js';
import { FinalizeDialogsHandler } from './application/finalize-dialogs.handler.js';
import { FollowContactHandler } from './application/follow-contact.handler.js';
import { FollowTagsHandler } from './application/follow-tags.handler.js';
import { ListDialogsHandler } from './application/list-dialogs.handler.js';
import { ListEventsHandler } from './application/list-events.handler.js';
import { MarkReadHandler } from './application/mark-read.handler.js';
import { ContactCopies, DialogStore, ReadMarks, SiteRules, TagCatalogue, TagProgress } from './application/ports.js';
import { PostMessageHandler } from './application/post-message.handler.js';
import { DialogPresenter } from './application/present-dialogs.js';
import { ReadEventsHandler } from './application/read-events.handler.js';
import type { DialogsConfig } from './config/config.js';
import { FinalizeTimer } from './infrastructure/finalize-timer.js';
import { ADMIN_CLIENT, type AdminClient, adminClient, snapshotFrom } from './infrastructure/grpc/admin-settings.js';
import { ContactCopyRepository } from './infrastructure/mongo/contact-copy.repository.js';
import { DIALOG_OUTBOX, dialogOutbox } from './infrastructure/mongo/dialog-outbox.js';
import { DialogRepository } from './infrastructure/mongo/dialog.repository.js';
import { MIGRATIONS } from './infrastructure/mongo/migrations.js';
import { ReadMarkRepository } from './infrastructure/mongo/read-mark.repository.js';
import { MODELS } from './infrastructure/mongo/schemas.js';
import { TagProgressRepository } from './infrastructure/mongo/tag-progress.repository.js';
import { SettingsRules } from './infrastructure/settings-rules.js';
import { SettingsTags } from './infrastructure/settings-tags.js';
import { TagFollower } from './infrastructure/tag-follower.js';
import { ContactEventsConsumer } from './transport/bus/contact-events.consumer.js';
import { CommandsController } from './transport/grpc/commands.controller.js';
import { QueriesController } from './transport/grpc/queries.controller.js';

const HANDLERS = [
  AddNoteHandler,
  Callers,
  ChangeDialogHandler,
  DialogPresenter,
  DialogWriter,
  FinalizeDialogsHandler,
  FollowContactHandler,
  FollowTagsHandler,
  ListDialogsHandler,
  ListEventsHandler,
  MarkReadHandler,
  PostMessageHandler,
  ReadEventsHandler,
];

const STORES: Provider[] = [
  { provide: DialogStore, useClass: DialogRepository },
  { provide: ContactCopies, useClass: ContactCopyRepository },
  { provide: ReadMarks, useClass: ReadMarkRepository },
  { provide: SiteRules, useClass: SettingsRules },
  { provide: TagCatalogue, useClass: SettingsTags },
  { provide: TagProgress, useClass: TagProgressRepository },
];

const SERVICE_CONTEXT = Symbol('DIALOGS_SERVICE_CONTEXT');
type Context = ServiceContext<DialogsConfig>;

function mongoModule({ config, logger }: Context): DynamicModule {
  const { uri, maxPoolSize } = config.mongo;
  const dbName = `${config.prefix}beseda_dialogs`;
  return MongoModule.forRoot({ uri, maxPoolSize, dbName, migrations: [...MIGRATIONS], models: [...MODELS], logger });
}

const busModule = (context: Context): DynamicModule =>
  BusModule.forRootAsync({
    inject: [MONGO_CONNECTION],
    useFactory: (connection: Connection) =>
      busOptions(
        context,
        mongoParkedStore(() => connection.getClient().db(connection.name)),
        mongoCall,
      ),
  });

const settingsModule = ({ name, registry, logger }: Context, admin: AdminClient): DynamicModule =>
  SettingsModule.forRoot({
    kinds: ['site', 'operator', 'team', 'tag'],
    snapshot: snapshotFrom(admin, name),
    registry,
    logger,
  });

/** The service put together. */
@Module({})
export class DialogsModule implements OnApplicationShutdown {
  constructor(
    @Inject(ADMIN_CLIENT) private readonly admin: AdminClient,
    @Inject(SERVICE_CONTEXT) context: Context,
    @Inject(MONGO_CONNECTION) connection: Connection,
    @Inject(SettingsCopies) settings: SettingsCopies,
  ) {
    for (const { name, check } of [mongoReadiness(connection), settings.readiness()]) context.health.add(name, check);
  }

  static forRoot(context: Context, clock = new Clock()): DynamicModule {
    const admin = adminClient(context);
    return {
      module: DialogsModule,
      imports: [mongoModule(context), busModule(context), settingsModule(context, admin)],
      controllers: [CommandsController, QueriesController],
      providers: [
        { provide: SERVICE_CONTEXT, useValue: context },
        { provide: ADMIN_CLIENT, useValue: admin },
        { provide: Clock, useValue: clock },
        {
          provide: DIALOG_OUTBOX,
          inject: [MONGO_CONNECTION, BUS],
          useFactory: (connection: Connection, bus: Bus) => dialogOutbox(context, connection, bus),
        },
        ...STORES,
        ...HANDLERS,
        ContactEventsConsumer,
        FinalizeTimer,
        TagFollower,
      ],
    };
  }

  onApplicationShutdown(): void {
    this.admin.close();
  }
}
