import {
  createApi,
  type ApiRequest,
  type DialogEvent,
  type Heads,
  type OutgoingItem,
  type SendResult,
} from '@beseda/realtime';
import { NEW_DIALOG } from '@beseda/realtime';
import type { InitMessage, PageInfo } from '../shared/protocol.js';

/** One dialog of the visitor, as the list shows it. */
export interface DialogSummary {
  readonly id: string;
  readonly status: 'open' | 'closed' | 'finalized';
  /** Unread messages of the team. */
  readonly unread: number;
  readonly seq: number;
  readonly lastMessage: {
    readonly author: 'contact' | 'operator' | 'automation';
    readonly text?: string;
    readonly file?: { readonly name: string; readonly type: string };
    readonly at: string;
    readonly seq: number;
    readonly operatorId?: string;
  } | null;
  readonly lastActivityAt: string;
  readonly readSeq: number;
  readonly deliveredSeq: number;
}

/** What a session route answers. */
export interface Session {
  readonly token: string;
  readonly contactId: string;
  /** As the server sent it, see `readSettings`; beside it what is known of the contact. */
  readonly settings?: unknown;
}

/** The routes the widget uses. */
export interface WidgetApi {
  session(body: {
    siteId: string;
    token?: string;
    page?: PageInfo;
    device?: InitMessage['device'];
    preview?: true;
  }): Promise<Session>;
  dialogs(): Promise<{ items: DialogSummary[] }>;
  events(dialogId: string, query: { beforeSeq: number; limit: number }): Promise<{ events: DialogEvent[] }>;
  send(item: OutgoingItem, signal: AbortSignal): Promise<SendResult>;
  receipts(dialogId: string, marks: { deliveredSeq?: number; readSeq?: number }): Promise<void>;
  fileUrl(dialogId: string, fileId: string): Promise<{ url: string }>;
  resume(dialogs: Heads): Promise<{ events: DialogEvent[]; dialogs: Heads }>;
  identify(body: object): Promise<void>;
  auth(body: { userId: string; hmac: string }): Promise<{ token: string; contactId: string }>;
  track(body: { event: string; props?: unknown; at: string }): Promise<void>;
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
