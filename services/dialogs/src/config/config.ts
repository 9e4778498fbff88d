import { type BaseConfig, configReader } from '@beseda/service-defaults';
import { z } from 'zod';

/** What the service needs beside what every service needs. */
const shape = {
  /** Pause between two looks for dialogs whose reopen window has passed; milliseconds. */
  BESEDA_DIALOGS_TIMER_MS: z.coerce.number().int().min(10).max(60_000).default(1_000),
};

export interface DialogsConfig extends BaseConfig {
  timerMs: number;
}

/** Reads the environment; throws with the names of wrong keys. */
export const loadConfig = configReader(shape, ({ BESEDA_DIALOGS_TIMER_MS: timerMs }) => ({ timerMs }));
