import { serviceModule } from '@beseda/service-defaults';
import type { Provider } from '@nestjs/common';
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
import { ContactCopyRepository } from './infrastructure/mongo/contact-copy.repository.js';
import { DIALOG_OUTBOX_DEFINITION } from './infrastructure/mongo/dialog-outbox.js';
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

/** The service put together. @param clock tests pass one that they move */
export const dialogsModule = (clock = new Clock()) =>
  serviceModule<DialogsConfig>({
    migrations: MIGRATIONS,
    models: MODELS,
    settings: ['site', 'operator', 'team', 'tag'],
    outboxes: [DIALOG_OUTBOX_DEFINITION],
    controllers: [CommandsController, QueriesController],
    providers: [
      { provide: Clock, useValue: clock },
      ...STORES,
      ...HANDLERS,
      ContactEventsConsumer,
      FinalizeTimer,
      TagFollower,
    ],
  });
