import { currentContext } from '@beseda/grpc';
import { currentTraceIds } from '@beseda/tracing';
import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Words of keys whose values never reach a log. */
const SECRETS = [
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'secret',
  'hmac',
  'authorization',
  'cookie',
  '["set-cookie"]',
];
const bracket = (key: string): string => (key.startsWith('[') ? key : `.${key}`);

/** JSON lines on standard output with `service` and, inside a request, `correlationId`; inside a span, `traceId` and `spanId`. */
export function createLogger(service: string, level: string): Logger {
  return pino({
    level,
    base: { service },
    redact: { paths: SECRETS.flatMap((key) => [key, `*${bracket(key)}`, `*.*${bracket(key)}`]), censor: '[hidden]' },
    formatters: { level: (label) => ({ level: label }) },
    mixin: () => {
      const context = currentContext();
      return { ...(context ? { correlationId: context.correlationId } : {}), ...currentTraceIds() };
    },
  });
}

/** Nest's own lines through pino. Its start-up chatter is debug. */
export function nestLogger(logger: Logger): LoggerService {
  const write =
    (level: 'debug' | 'warn' | 'error' | 'trace' | 'fatal') =>
    (message: unknown, ...rest: unknown[]) => {
      const context = typeof rest.at(-1) === 'string' ? rest.at(-1) : undefined;
      if (message instanceof Error) logger[level]({ err: message, context });
      else
        logger[level](
          { context, ...(level === 'error' && rest.length > 1 ? { stack: rest[0] } : {}) },
          String(message),
        );
    };
  return {
    log: write('debug'),
    error: write('error'),
    warn: write('warn'),
    debug: write('debug'),
    verbose: write('trace'),
    fatal: write('fatal'),
  };
}
