import type { dialogsV1 } from '@beseda/contracts';
import { fromSchemaIssues } from '@beseda/errors';
import { z } from 'zod';
import { channelWord, sentViaWord, statusWord } from '../../application/contract-names.js';
import type { MessageToPost } from '../../application/post-message.handler.js';
import type { DialogFilter } from '../../application/ports.js';
import { type FileRef, queryWords } from '../../domain/index.js';

/** What requests may look like. The texts of messages, notes and tags have rules in the domain. */
const id = z.string().min(1, 'must be given').max(100);
const seq = z.number().int().min(0);
const clientMessageId = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, 'must have 8 to 64 letters, digits, "-" and "_"');
const file = z.strictObject({
  id,
  name: z.string().min(1).max(255),
  type: z.string().min(1).max(255),
  size: z.number().int().min(1),
  width: z.number().int().min(0),
  height: z.number().int().min(0),
});
const limit = (most: number) => z.number().int().min(0).max(most);

const schemas = {
  dialog: z.strictObject({ dialogId: id }),
  post: z.strictObject({
    clientMessageId,
    dialogId: z.string().max(100),
    text: z.string(),
    file: file.optional(),
    channel: z.number().int(),
    sentVia: z.number().int(),
  }),
  note: z.strictObject({ dialogId: id, clientMessageId, text: z.string() }),
  tags: z.strictObject({ dialogId: id, tags: z.array(z.string()).max(100) }),
  assign: z.strictObject({ dialogId: id, operatorId: z.string().max(100), onlyIfUnassigned: z.boolean() }),
  receipt: z.strictObject({ dialogId: id, deliveredSeq: seq, readSeq: seq }),
  mark: z.strictObject({ dialogId: id, seq }),
  list: z.object({ cursor: z.string().max(300), limit: limit(100) }),
  changes: z.object({ known: z.record(id, seq), limit: limit(100) }),
  events: z.strictObject({ dialogId: id, afterSeq: seq, beforeSeq: seq, limit: limit(200) }),
  resume: z.strictObject({ dialogs: z.record(id, seq) }),
  log: z.strictObject({ cursor: z.string().max(300), dialogId: z.string().max(100), afterSeq: seq }),
};

/** Refuses a request that is not as it should be, naming every field. */
export function check<K extends keyof typeof schemas, R extends object>(kind: K, request: R): R {
  const result = schemas[kind].safeParse(request);
  if (!result.success) throw fromSchemaIssues(result.error.issues);
  return request;
}

/** A map with at most so many entries. */
export function atMost(field: string, most: number, map: Record<string, number>): Map<string, number> {
  const entries = Object.entries(map);
  if (entries.length > most)
    throw fromSchemaIssues([{ path: [field], code: 'too_big', message: `at most ${most} at once` }]);
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
