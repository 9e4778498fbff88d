import type { InitMessage, ToPage } from '../shared/protocol.js';
import type { WidgetApi } from './api.js';
import type { VisitorSession } from './session.js';

/** Tells the page something. */
export type Post = (message: ToPage, transfer?: Transferable[]) => void;

/** What a `PanelModel` is made of. */
export interface PanelParts {
  readonly siteId: string;
  readonly init: InitMessage;
  readonly session: VisitorSession;
  /** As the session gave them. */
  readonly settings: unknown;
  readonly api: WidgetApi;
  readonly post: Post;
}
