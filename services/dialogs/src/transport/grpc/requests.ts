import { LIMITS, clientMessageIdSchema, cursorField, seqSchema } from '@beseda/api';
import type { dialogsV1 } from '@beseda/contracts';
import { checked, invalidField } from '@beseda/errors';
import { z } from 'zod';
import { channelWord, sentViaWord, statusWord } from '../../application/contract-names.js';
import type { MessageToPost } from '../../application/post-message.handler.js';
import type { DialogFilter } from '../../application/ports.js';
import { type FileRef, queryWords } from '../../domain/index.js';

/** What requests may look like. The texts of messages, notes and tags have rules in the domain. */
const optionalId = z.string().max(LIMITS.id);
const id = optionalId.min(1);
const seq = seqSchema;
const file = z.strictObject({
  id,
  name: z.string().min(1).max(LIMITS.fileName),
  type: z.string().min(1).max(LIMITS.fileType),
  size: z.int().min(1),
  width: z.int().min(0),
  height: z.int().min(0),
});
const limit = (most: number) => z.int().min(0).max(most);

const schemas = {
  dialog: z.strictObject({ dialogId: id }),
  post: z.strictObject({
    clientMessageId: clientMessageIdSchema,
    dialogId: optionalId,
    text: z.string(),
    file: file.optional(),
    channel: z.int(),
    sentVia: z.int(),
  }),
  note: z.strictObject({ dialogId: id, clientMessageId: clientMessageIdSchema, text: z.string() }),
  tags: z.strictObject({ dialogId: id, tags: z.array(z.string()).max(LIMITS.tags) }),
  assign: z.strictObject({ dialogId: id, operatorId: optionalId, onlyIfUnassigned: z.boolean() }),
  receipt: z.strictObject({ dialogId: id, deliveredSeq: seq, readSeq: seq }),
  mark: z.strictObject({ dialogId: id, seq }),
  list: z.object({ cursor: cursorField, limit: limit(LIMITS.page) }),
  changes: z.object({ known: z.record(id, seq), limit: limit(LIMITS.page) }),
  events: z.strictObject({ dialogId: id, afterSeq: seq, beforeSeq: seq, limit: limit(LIMITS.events) }),
  resume: z.strictObject({ dialogs: z.record(id, seq) }),
  log: z.strictObject({ cursor: cursorField, dialogId: optionalId, afterSeq: seq }),
};

/** Refuses a request that is not as it should be, naming every field. */
export function check<K extends keyof typeof schemas, R extends object>(kind: K, request: R): R {
  checked<unknown>(schemas[kind], request);
  return request;
}

/** A map with at most so many entries. */
export function atMost(field: string, most: number, map: Record<string, number>): Map<string, number> {
  const entries = Object.entries(map);
  if (entries.length > most) throw invalidField(field, 'too_many', `may have at most ${most} entries`);
  return new Map(entries);
}

const given = <T>(value: T | '' | undefined): T | undefined => (value === '' ? undefined : value);

export function messageToPost(request: dialogsV1.PostMessageRequest): MessageToPost {
  const { clientMessageId: sendId, dialogId, text, channel, sentVia } = check('post', request);
  const ref = request.file && fileRef(request.file);
  const [channelName, sentViaName] = [channelWord(channel), sentViaWord(sentVia)];
  return {
    clientMessageId: sendId,
    ...(dialogId !== '' && { dialogId }),
    // Beside a file an unset text is none; alone it is an empty message, which the domain refuses.
    ...((text !== '' || !ref) && { text }),
    ...(ref && { file: ref }),
    ...(channelName && { channel: channelName }),
    ...(sentViaName && { sentVia: sentViaName }),
  };
}

function fileRef({ id: fileId, name, type, size, width, height }: dialogsV1.FileRef): FileRef {
  return { id: fileId, name, type, size, ...(width > 0 && height > 0 && { width, height }) };
}

export function dialogFilter(filter: dialogsV1.DialogFilter | undefined): DialogFilter {
  if (!filter) return {};
  const status = statusWord(filter.status);
  const channel = channelWord(filter.channel);
  const [assignee, tag, contactId] = [given(filter.assignee), given(filter.tag), given(filter.contactId)];
  const words = filter.q.trim() === '' ? undefined : queryWords(filter.q);
  return {
    ...(status && { status }),
    ...(channel && { channel }),
    ...(assignee !== undefined && { assignee }),
    ...(tag !== undefined && { tag }),
    ...(contactId !== undefined && { contactId }),
    ...(words && { words }),
  };
}
