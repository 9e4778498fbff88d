/** An aggregate that has been waiting, as the sweeper finds it. */
export interface StaleAggregate {
  id: string;
  since: Date;
}

/** Where aggregates and timeline are kept. Every method may fail with an outage; each is one step that may be repeated. */
export interface OutboxStore<D> {
  /**
   * Puts the waiting events of a post-image into the timeline. Events that are there already are fine.
   * @throws OutboxAlarm `foreign-event` when another event stands under one of their seqs.
   */
  record(document: D, events: readonly unknown[]): Promise<void>;
  /** Takes events up to `publishedSeq` out of the outbox; no longer waiting when the document has not moved on. */
  confirm(document: D, publishedSeq: number): Promise<void>;
  /** The document as it is now; undefined when it is gone. */
  load(id: string): Promise<D | undefined>;
  /** Documents waiting since a time or longer, the longest waiting first. */
  stale(since: Date): AsyncIterable<StaleAggregate>;
}
