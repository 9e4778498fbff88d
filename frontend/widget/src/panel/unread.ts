import type { DialogTimeline } from '@beseda/realtime';
import type { DialogSummary } from './api.js';

/** Unread messages of the team in a dialog read up to `read`; counted from its events when those are here. */
export function unreadIn(
  summary: DialogSummary,
  read: number,
  timeline: Pick<DialogTimeline, 'headSeq' | 'firstSeq' | 'items'> | undefined,
): number {
  if (timeline && timeline.headSeq >= summary.seq && timeline.firstSeq <= read + 1) {
    return timeline
      .items()
      .filter((item) => item.kind === 'message' && item.author !== 'contact' && (item.seq ?? 0) > read).length;
  }
  return read >= (summary.lastMessage?.seq ?? 0) ? 0 : summary.unread;
}
