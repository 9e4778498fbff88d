import { createRequire } from 'node:module';

interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(this: RequestQueue): void;
}

/**
 * kafkajs 2.2.4 looks after waiting requests by a timer that sets itself again at once, also when nothing waits: 1,000 calls
 * a second for each connection, and a `TimeoutNegativeWarning` of Node. With this the timer is set only while requests wait.
 */
export function quietRequestQueues(): void {
  const load = createRequire(import.meta.url);
  const queue = (load('kafkajs/src/network/requestQueue/index.js') as { prototype: RequestQueue }).prototype;
  const schedule = queue.scheduleCheckPendingRequests;
  if (schedule.name === 'scheduleWhenPending') return;
  queue.scheduleCheckPendingRequests = function scheduleWhenPending(this: RequestQueue): void {
    if (this.pending.length > 0) schedule.call(this);
  };
}
