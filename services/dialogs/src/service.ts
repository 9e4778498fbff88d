import { dialogsV1 } from '@beseda/contracts';
import type { ServiceDefinition } from '@beseda/service-defaults';
import type { Clock } from './application/clock.js';
import { type DialogsConfig, loadConfig } from './config/config.js';
import { dialogsModule } from './dialogs.module.js';

/** The service with a clock of one's own: tests move it. */
export const dialogsServiceWith = (clock?: Clock): ServiceDefinition<DialogsConfig> => ({
  name: 'dialogs',
  calls: ['admin'],
  loadConfig,
  module: dialogsModule(clock),
  grpc: [dialogsV1.DialogsServiceService],
});

/** Dialogs: which dialog a message belongs to, what happened in it, who has read what. */
export const dialogsService: ServiceDefinition<DialogsConfig> = dialogsServiceWith();
