/** The part of a logger this library uses; pino's loggers fit. */
export interface SettingsLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Says nothing. */
export const SILENT: SettingsLogger = { info: () => undefined, warn: () => undefined, error: () => undefined };
