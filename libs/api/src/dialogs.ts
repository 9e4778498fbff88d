import { z } from 'zod';
import { contactBriefSchema, contactCardSchema } from './contacts.js';
import { clientMessageIdSchema, idSchema, seqSchema, textSchema, timeSchema } from './common.js';
import { cursorField, queryInt, searchField } from './fields.js';
import { LIMITS } from './limits.js';
import { oneLine, requiredText } from './text.js';
import { ACTOR_KINDS, AUTHORS, CHANNELS, STATUSES } from './words.js';

export const fileSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    type: z.string(),
    size: z.int(),
    width: z.int().optional(),
    height: z.int().optional(),
    url: z.string(),
  })
  .meta({
    id: 'File',
    description: '`url` is signed and good for at most 10 minutes; width and height only for images shown inline.',
  });

export const actorSchema = z
  .object({
    kind: z.enum(ACTOR_KINDS),
    id: z.string(),
    name: z.string().optional(),
    /** Of operators; null without a picture. */
    avatarUrl: z.string().nullable().optional(),
  })
  .meta({ id: 'Actor' });

export const visibleEventSchema = z
  .object({
    eventId: z.string(),
    dialogId: z.string(),
    seq: seqSchema,
    type: z.string(),
    occurredAt: timeSchema,
    actor: actorSchema,
    payload: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Event', description: 'The payload depends on `type`: see docs/events.md.' });

export const hiddenEventSchema = z
  .object({ dialogId: z.string(), seq: seqSchema, type: z.literal('hidden') })
  .meta({ id: 'HiddenEvent', description: 'An event a contact may not see: only its place in the order.' });

export const eventSchema = z.union([visibleEventSchema, hiddenEventSchema]);
export type VisibleEvent = z.infer<typeof visibleEventSchema>;
export type EventShape = z.infer<typeof eventSchema>;

const lastMessageSchema = z.object({
  author: z.enum(AUTHORS),
  text: z.string().optional(),
  file: z.object({ name: z.string(), type: z.string() }).optional(),
  at: timeSchema,
  seq: seqSchema,
  operatorId: z.string().optional(),
});

const summary = {
  id: z.string(),
  status: z.enum(STATUSES),
  channel: z.enum(CHANNELS),
  assigneeId: z.string().nullable(),
  unread: z.int(),
  seq: seqSchema,
  lastMessage: lastMessageSchema.nullable(),
  tags: z.array(z.string()),
  waitingSince: timeSchema.nullable(),
  createdAt: timeSchema,
  lastActivityAt: timeSchema,
  closedAt: timeSchema.nullable(),
  readSeq: seqSchema,
  deliveredSeq: seqSchema,
};

export const dialogSummarySchema = z.object({ ...summary, contact: contactBriefSchema }).meta({ id: 'DialogSummary' });
export type DialogSummary = z.infer<typeof dialogSummarySchema>;

export const dialogDetailsSchema = z
  .object({ ...summary, contact: contactCardSchema.extend(contactBriefSchema.shape) })
  .meta({ id: 'Dialog' });
export type DialogDetails = z.infer<typeof dialogDetailsSchema>;

export const dialogPageSchema = z
  .object({ items: z.array(dialogSummarySchema), nextCursor: z.string().nullable() })
  .meta({ id: 'DialogPage' });
export const dialogItemsSchema = z.object({ items: z.array(dialogSummarySchema) }).meta({ id: 'DialogItems' });
export const eventsSchema = z.object({ events: z.array(eventSchema) }).meta({ id: 'Events' });
export const countsSchema = z.object({ all: z.int(), mine: z.int(), unassigned: z.int() }).meta({ id: 'DialogCounts' });
export const changesSchema = z
  .object({ changed: z.array(dialogSummarySchema), gone: z.array(z.string()), first: dialogPageSchema })
  .meta({ id: 'DialogChanges' });
export const sentSchema = z.object({ messageId: z.string(), seq: seqSchema }).meta({ id: 'Sent' });
export const notedSchema = z.object({ noteId: z.string(), seq: seqSchema }).meta({ id: 'Noted' });
export const taggedSchema = z.object({ tags: z.array(z.string()), seq: seqSchema }).meta({ id: 'Tagged' });
export const assignedSchema = z.object({ assigneeId: z.string().nullable(), seq: seqSchema }).meta({ id: 'Assigned' });
export const fileUrlSchema = z.object({ url: z.string() }).meta({ id: 'FileUrl' });
export const resumedSchema = z
  .object({ events: z.array(eventSchema), dialogs: z.record(z.string(), seqSchema) })
  .meta({ id: 'Resumed' });

/** A tag of a dialog. */
export const tagNameField = requiredText(LIMITS.tagName, (text) => oneLine(text.normalize('NFC')));

const filter = {
  status: z.enum([...STATUSES, 'all']).optional(),
  channel: z.enum(CHANNELS).optional(),
  tag: tagNameField.optional(),
  q: searchField.optional(),
};
const assignee = z.union([z.literal('me'), z.literal('none'), idSchema]).optional();

const seqParam = queryInt(0, Number.MAX_SAFE_INTEGER);

export const listQuery = z.strictObject({
  ...filter,
  assignee,
  cursor: cursorField.optional(),
  limit: queryInt(1, LIMITS.page),
});
export const countsQuery = z.strictObject(filter);
export const eventsQuery = z.strictObject({
  afterSeq: seqParam,
  beforeSeq: seqParam,
  limit: queryInt(1, LIMITS.events),
});
export type EventsQuery = z.infer<typeof eventsQuery>;

const heads = (max: number): z.ZodType<Record<string, number>> =>
  z.record(idSchema, seqSchema).refine((known) => Object.keys(known).length <= max, {
    error: `may name at most ${max} dialogs`,
    params: { code: 'too_many' },
  });

export const changesBody = z
  .strictObject({
    filter: z.strictObject({ ...filter, assignee }),
    known: heads(LIMITS.knownRows),
    limit: z.int().min(1).max(LIMITS.page).optional(),
  })
  .meta({ id: 'DialogChangesRequest' });
export const resumeBody = z.strictObject({ dialogs: heads(LIMITS.openDialogs) }).meta({ id: 'ResumeRequest' });
export const sendBody = z
  .strictObject({ clientMessageId: clientMessageIdSchema, text: textSchema })
  .meta({ id: 'SendText' });
export const tagsBody = z.strictObject({ tags: z.array(tagNameField).max(LIMITS.tags) }).meta({ id: 'SetTags' });
export const assigneeBody = z.strictObject({ operatorId: idSchema.nullable() }).meta({ id: 'Assign' });
export const readBody = z.strictObject({ seq: seqSchema }).meta({ id: 'MarkRead' });
export const uploadFields = z.strictObject({
  clientMessageId: clientMessageIdSchema,
  dialogId: z.union([z.literal(''), idSchema]).optional(),
});
