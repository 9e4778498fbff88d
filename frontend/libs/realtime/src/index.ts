export { watchWakeUps, type SignalSource } from './browser.js';
export type { OpenTimeline } from './catchup.js';
export { RealtimeConnection, type ConnectionOptions, type ConnectionState, type RefreshReason } from './connection.js';
export { newClientMessageId, systemEnv, type KeyValueStorage, type RealtimeEnv } from './env.js';
export type {
  AuthorKind,
  DialogEvent,
  EventActor,
  EventPayloads,
  EventType,
  Heads,
  HiddenEvent,
  MessageFile,
  VisibleEvent,
} from './events.js';
export {
  ApiError,
  createApi,
  isRetryableProblem,
  toApiProblem,
  type ApiOptions,
  type ApiProblem,
  type ApiRequest,
  type FieldProblem,
  type RequestOptions,
} from './http.js';
export {
  NEW_DIALOG,
  SendQueue,
  type NewOutgoing,
  type OutgoingFile,
  type OutgoingItem,
  type OutgoingSavedFile,
  type OutgoingState,
  type SendQueueOptions,
  type SendResult,
} from './send-queue.js';
export { socketIoFactory, type Notice, type RealtimeSocket, type SocketFactory, type SocketMessage } from './socket.js';
export type { EventItem, MessageItem, MessageState, TimelineItem } from './timeline-items.js';
export { DialogTimeline, type ApplyResult, type TimelineOptions } from './timeline.js';
