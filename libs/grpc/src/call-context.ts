import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** What is known about the work going on: passed along every call and every event that follows from it. */
export interface CallContext {
  /** One for everything that follows from one request of a person. */
  correlationId: string;
  /** When the caller stops waiting; ms since the epoch. */
  deadline?: number;
}

const storage = new AsyncLocalStorage<CallContext>();

/** Runs work in a context. */
export const runInContext = <T>(context: CallContext, work: () => T): T => storage.run(context, work);

/** The context of the work going on, if any. */
export const currentContext = (): CallContext | undefined => storage.getStore();

/** The correlation id of the work going on; a new one where none was given. */
export const correlationId = (): string => storage.getStore()?.correlationId ?? randomUUID();
