import { z } from 'zod';
import { actorSchema, fileSchema, hiddenEventSchema, visibleEventSchema } from './dialogs.js';
import { ASSIGN_REASONS, AUTHORS, CHANNELS, CLOSE_REASONS, REOPEN_REASONS, SENT_VIAS } from './words.js';

const noteFields = { noteId: z.string(), text: z.string() };
const seqMark = { upToSeq: z.int().min(0) };

/** What each type of event carries. A body that was erased leaves nothing: `{}`. */
export const EVENT_PAYLOADS = {
  'dialog.started': z.object({ channel: z.enum(CHANNELS), contactId: z.string(), externalThread: z.string() }),
  'message.posted': z.object({
    messageId: z.string(),
    author: z.enum(AUTHORS),
    channel: z.enum(CHANNELS),
    sentVia: z.enum(SENT_VIAS),
    /** Only given to the author's own kind. */
    clientMessageId: z.string().optional(),
    text: z.string().optional(),
    file: fileSchema.optional(),
  }),
  'delivery.changed': z.object({ state: z.literal('delivered'), ...seqMark }),
  'dialog.read': z.object(seqMark),
  'note.added': z.object({ ...noteFields, clientMessageId: z.string().optional() }),
  'dialog.assigned': z.object({
    operatorId: z.string(),
    previousOperatorId: z.string().optional(),
    reason: z.enum(ASSIGN_REASONS),
  }),
  'dialog.unassigned': z.object({ previousOperatorId: z.string(), reason: z.literal('manual') }),
  'dialog.closed': z.object({ reason: z.enum(CLOSE_REASONS) }),
  'dialog.reopened': z.object({ reason: z.enum(REOPEN_REASONS) }),
  'dialog.finalized': z.object({ reason: z.literal('reopen-window') }),
  'dialog.tagged': z.object({ tags: z.array(z.string()) }),
} as const satisfies Record<string, z.ZodObject>;

/** Name of an event type this version knows. */
export type EventType = keyof typeof EVENT_PAYLOADS;
export type EventActor = z.infer<typeof actorSchema>;
export type MessageFile = z.infer<typeof fileSchema>;
export type EventPayloads = { [T in EventType]: z.infer<(typeof EVENT_PAYLOADS)[T]> };

/** One event that the reader may see, told apart by its type. */
export type TypedEvent = {
  [T in EventType]: Omit<z.infer<typeof visibleEventSchema>, 'type' | 'payload'> & {
    type: T;
    payload: EventPayloads[T];
  };
}[EventType];
export type HiddenEvent = z.infer<typeof hiddenEventSchema>;

const variants = Object.entries(EVENT_PAYLOADS).map(([type, payload]) =>
  visibleEventSchema.extend({ type: z.literal(type), payload }),
);

/** Events to the letter, for those who make some: readers take any type, a later server may know more of them. */
export const dialogEventSchema = z.discriminatedUnion('type', [hiddenEventSchema, ...variants]);
