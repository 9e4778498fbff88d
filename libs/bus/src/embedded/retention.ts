const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * How long records of a topic are kept, milliseconds: 14 days, so that a service that was down over a long holiday
 * catches up; presence one hour and ephemeral 10 minutes, because nobody wants older ones.
 */
export function defaultRetention(topic: string): number {
  if (/(^|\.)presence(\.|$)/.test(topic)) return HOUR;
  if (/(^|\.)ephemeral(\.|$)/.test(topic)) return 10 * MINUTE;
  return 14 * DAY;
}
