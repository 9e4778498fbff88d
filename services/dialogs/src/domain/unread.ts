/**
 * Of how many newest messages of each side a dialog remembers the seq. Somebody who has read part of a dialog and has more
 * than this unread sees this many: screens stop counting at 99 anyway. Who has read nothing gets the exact number.
 */
export const REMEMBERED_MESSAGES = 200;

/** One more message of a side. */
export const remember = (seqs: readonly number[], seq: number): number[] => [...seqs, seq].slice(-REMEMBERED_MESSAGES);

/** Whether a side wrote something after one seq, up to another one inclusive. */
export const wroteBetween = (seqs: readonly number[], after: number, upTo: number): boolean =>
  seqs.some((seq) => seq > after && seq <= upTo);

/** Messages of the other side after a read mark; `total` is how many there are in all. */
export function unreadAfter(mark: number, total: number, seqs: readonly number[]): number {
  if (mark === 0) return total;
  return seqs.filter((seq) => seq > mark).length;
}
