import { type DialogEvent } from '@beseda/realtime';
import { type DialogSummary } from '../core/model.js';

/** What a live event changes in the summary of an open dialog. Watermarks and `unread` are kept elsewhere. */
export function applyEvent<T extends DialogSummary>(summary: T, event: DialogEvent): T {
  if (event.type === 'hidden' || event.dialogId !== summary.id || event.seq <= summary.seq) return summary;
  const next = { ...summary, seq: event.seq, lastActivityAt: event.occurredAt };
  switch (event.type) {
    case 'message.posted': {
      const { author, channel, text, file } = event.payload;
      const waitingSince = author === 'contact' ? (summary.waitingSince ?? event.occurredAt) : null;
      return {
        ...next,
        channel: author === 'contact' ? channel : summary.channel,
        waitingSince,
        lastMessage: {
          author,
          at: event.occurredAt,
          seq: event.seq,
          ...(text === undefined ? {} : { text }),
          ...(file === undefined ? {} : { file }),
          ...(author === 'operator' ? { operatorId: event.actor.id } : {}),
        },
      };
    }
    case 'dialog.assigned':
      return { ...next, assigneeId: event.payload.operatorId };
    case 'dialog.unassigned':
      return { ...next, assigneeId: null };
    case 'dialog.closed':
      return { ...next, status: 'closed', closedAt: event.occurredAt, waitingSince: null };
    case 'dialog.reopened':
      return { ...next, status: 'open', closedAt: null };
    case 'dialog.finalized':
      return { ...next, status: 'finalized' };
    case 'dialog.tagged':
      return { ...next, tags: event.payload.tags };
    case 'dialog.read':
      return {
        ...next,
        lastActivityAt: summary.lastActivityAt,
        readSeq: Math.max(summary.readSeq, event.payload.upToSeq),
      };
    case 'delivery.changed':
      return {
        ...next,
        lastActivityAt: summary.lastActivityAt,
        deliveredSeq: Math.max(summary.deliveredSeq, event.payload.upToSeq),
      };
    default:
      return next;
  }
}
