import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** What is known about the work going on: passed along every call and every event that follows from it. */
export interface CallContext {
  /** One for everything that follows from one request of a person. */
  correlationId: string;
  /** When the caller stops waiting; ms since the epoch. */
  deadline?: number;
  /** The browser or program the request came from, for the audit log. */
  client?: ClientInfo;
}

/** Where a request came from. */
export interface ClientInfo {
  /** Network address. */
  address: string;
  userAgent: string;
}

const storage = new AsyncLocalStorage<CallContext>();

/** Runs work in a context. */
export const runInContext = <T>(context: CallContext, work: () => T): T => storage.run(context, work);

/** The context of the work going on, if any. */
export const currentContext = (): CallContext | undefined => storage.getStore();

/** Where the request behind the work going on came from; empty words for work nobody asked for. */
export const clientInfo = (): ClientInfo => storage.getStore()?.client ?? { address: '', userAgent: '' };

/** The correlation id of the work going on; a new one where none was given. */
export const correlationId = (): string => storage.getStore()?.correlationId ?? randomUUID();
