import type {
  Answer,
  dialogSummarySchema,
  fileUrlSchema,
  receiptsBody,
  sessionBody,
  sessionSchema,
  trackBody,
  widgetAuthBody,
  widgetAuthSchema,
} from '@beseda/api';
import {
  createApi,
  type ApiRequest,
  type DialogEvent,
  type Heads,
  type OutgoingItem,
  type SendResult,
} from '@beseda/realtime';
import { NEW_DIALOG } from '@beseda/realtime';
import type { z } from 'zod';
import type { PageInfo } from '../shared/protocol.js';

/** One dialog of the visitor, as far as the list shows it. */
export type DialogSummary = Pick<
  Answer<typeof dialogSummarySchema>,
  'id' | 'status' | 'unread' | 'seq' | 'lastMessage' | 'lastActivityAt' | 'readSeq' | 'deliveredSeq'
>;

/** What a session route answers; `settings` as the server sent it, see `readSettings`: beside it what is known of the contact. */
export type Session = Omit<Answer<typeof sessionSchema>, 'settings'> & { readonly settings?: unknown };

/** The routes the widget uses. */
export interface WidgetApi {
  session(body: z.input<typeof sessionBody>): Promise<Session>;
  dialogs(): Promise<{ items: DialogSummary[] }>;
  events(dialogId: string, query: { beforeSeq: number; limit: number }): Promise<{ events: DialogEvent[] }>;
  send(item: OutgoingItem, signal: AbortSignal): Promise<SendResult>;
  receipts(dialogId: string, marks: z.input<typeof receiptsBody>): Promise<void>;
  fileUrl(dialogId: string, fileId: string): Promise<Answer<typeof fileUrlSchema>>;
  resume(dialogs: Heads): Promise<{ events: DialogEvent[]; dialogs: Heads }>;
  identify(body: object): Promise<void>;
  auth(body: z.input<typeof widgetAuthBody>): Promise<Answer<typeof widgetAuthSchema>>;
  track(body: z.input<typeof trackBody>): Promise<void>;
  pageView(page: PageInfo): Promise<void>;
}

/** A file may take a while on a slow line. */
const UPLOAD_TIMEOUT_MS = 120_000;

/** @param token gives the visitor's token; `refresh` after it was refused */
export function createWidgetApi(token: (refresh: boolean) => Promise<string | null>): WidgetApi {
  const request = createApi({ baseUrl: '', fetch: (input, init) => fetch(input, init), token });
  const dialog = (id: string): string => `/api/widget/dialogs/${encodeURIComponent(id)}`;
  return {
    session: (body) => request('POST', '/api/widget/sessions', body, { anonymous: true }),
    dialogs: () => request('GET', '/api/widget/dialogs'),
    events: (id, { beforeSeq, limit }) => request('GET', `${dialog(id)}/events?beforeSeq=${beforeSeq}&limit=${limit}`),
    send: (item, signal) => send(request, item, signal),
    receipts: (id, marks) => request('POST', `${dialog(id)}/receipts`, marks),
    fileUrl: (id, fileId) => request('GET', `${dialog(id)}/files/${encodeURIComponent(fileId)}`),
    resume: (dialogs) => request('POST', '/api/widget/resume', { dialogs }),
    identify: (body) => request('POST', '/api/widget/identify', body),
    auth: (body) => request('POST', '/api/widget/auth', body),
    track: (body) => request('POST', '/api/widget/track', body),
    pageView: (page) => request('POST', '/api/widget/pageviews', page),
  };
}

function send(request: ApiRequest, item: OutgoingItem, signal: AbortSignal): Promise<SendResult> {
  const { clientMessageId, text, file, slot } = item;
  const dialogId = slot === NEW_DIALOG ? {} : { dialogId: slot };
  if (!file) return request('POST', '/api/widget/messages', { clientMessageId, text, ...dialogId }, { signal });
  const form = new FormData();
  for (const [name, value] of Object.entries({ clientMessageId, ...dialogId })) form.append(name, value);
  form.append('file', file.blob, file.name);
  return request('POST', '/api/widget/files', form, { signal, timeoutMs: UPLOAD_TIMEOUT_MS });
}
