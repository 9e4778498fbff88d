import type * as api from '@beseda/api';

export type { AuthorName as AuthorKind, EventType } from '@beseda/api';

/** Who caused an event. `name` and `avatarUrl` are filled in for operators. */
export type EventActor = api.DeepReadonly<api.EventActor>;

/** A file as an event names it. `url` is signed and good for ten minutes at most; `width` and `height` exist only for images shown inline. */
export type MessageFile = api.DeepReadonly<api.MessageFile>;

/** What each event type carries. */
export type EventPayloads = api.DeepReadonly<api.EventPayloads>;

/** One event of a dialog that the reader may see; discriminated by `type`. */
export type VisibleEvent = api.DeepReadonly<api.TypedEvent>;

/** An event this reader may not see: it only keeps the numbering gap-free. */
export type HiddenEvent = api.DeepReadonly<api.HiddenEvent>;

/** Any event as the server sends it. Types added by a later server pass through everything and are shown nowhere. */
export type DialogEvent = VisibleEvent | HiddenEvent;

/** Last sequence number per dialog id. */
export type Heads = Readonly<Record<string, number>>;
