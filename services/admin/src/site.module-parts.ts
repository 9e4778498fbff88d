import { type OutboxDefinition, eventOutbox, stateOutbox } from '@beseda/service-defaults';
import type { Provider, Type } from '@nestjs/common';
import { CountryHolidays } from './application/country-holidays.js';
import { CreateSiteHandler } from './application/create-site.handler.js';
import { GetIdentitySecretHandler } from './application/get-identity-secret.handler.js';
import { GetSiteHandler } from './application/get-site.handler.js';
import { HoursOfSite } from './application/hours.js';
import { RecordWidgetSeenHandler } from './application/record-widget-seen.handler.js';
import { RotateIdentitySecretHandler } from './application/rotate-identity-secret.handler.js';
import { SavedReplies } from './application/saved-replies.js';
import { SavedRepliesTransfer } from './application/saved-replies-transfer.js';
import { Surroundings } from './application/site-surroundings.js';
import { Tags } from './application/tags.js';
import { UpdateSiteHandler } from './application/update-site.handler.js';
import { hoursRecord, siteRecord, tagRecord } from './infrastructure/bus/site-settings.js';
import { CountersRepository } from './infrastructure/mongo/counters.repository.js';
import { HOURS_OUTBOX, HoursRepository } from './infrastructure/mongo/hours.repository.js';
import { SavedRepliesRepository } from './infrastructure/mongo/saved-replies.repository.js';
import { SITES_OUTBOX, SitesRepository } from './infrastructure/mongo/sites.repository.js';
import { TAGS_OUTBOX, TagsRepository } from './infrastructure/mongo/tags.repository.js';
import { WidgetSeenRepository } from './infrastructure/mongo/widget-seen.repository.js';
import { TaggedConsumer } from './transport/bus/tagged.consumer.js';
import { LibraryController } from './transport/grpc/library.controller.js';
import { SavedRepliesController } from './transport/grpc/saved-replies.controller.js';
import { SitesController } from './transport/grpc/sites.controller.js';

export { SITE_MODELS } from './infrastructure/mongo/site.documents.js';

/** The outboxes that publish what belongs to sites. */
export const SITE_OUTBOXES: readonly OutboxDefinition[] = [
  stateOutbox(SITES_OUTBOX, { aggregates: 'sites', toRecords: siteRecord }),
  stateOutbox(HOURS_OUTBOX, { aggregates: 'hours', toRecords: hoursRecord }),
  eventOutbox(TAGS_OUTBOX, { name: 'tags', aggregates: 'tag_catalogues', toRecords: tagRecord }),
];

/** Sites with their settings, tags, hours and saved replies. */
export const SITE_PROVIDERS: Provider[] = [
  CountersRepository,
  SitesRepository,
  WidgetSeenRepository,
  TagsRepository,
  HoursRepository,
  SavedRepliesRepository,
  Surroundings,
  CreateSiteHandler,
  GetSiteHandler,
  UpdateSiteHandler,
  GetIdentitySecretHandler,
  RotateIdentitySecretHandler,
  RecordWidgetSeenHandler,
  Tags,
  HoursOfSite,
  CountryHolidays,
  SavedReplies,
  SavedRepliesTransfer,
  TaggedConsumer,
];

export const SITE_CONTROLLERS: Type[] = [SitesController, LibraryController, SavedRepliesController];
