import type { WidgetLook } from '@beseda/api';

/** Where the visitor is, as the page says. */
export interface PageInfo {
  readonly url: string;
  readonly title: string;
  readonly referrer: string;
}

/** First message to the frame: everything the page knows. Comes with the port that carries the rest. */
export interface InitMessage {
  readonly beseda: 1;
  /** The visitor's token of an earlier page, or null. */
  readonly token: string | null;
  /** Other stored pairs of this site (unsent texts, the draft), without the prefix. */
  readonly stored: Readonly<Record<string, string>>;
  readonly page: PageInfo;
  readonly device: { readonly language: string; readonly timezone?: string; readonly screen: string };
  /** `lang` of the page, empty when it has none. */
  readonly lang: string;
  /** A page of our own (the demo): it does not count as "seen on the site". */
  readonly own?: boolean;
  /** Only look: settings as they are typed in the console; no session, no socket, nothing kept. */
  readonly preview?: PreviewLook;
}

/** What the console's preview shows. */
export interface PreviewLook {
  /** Settings of a widget, any of them missing. */
  readonly settings: unknown;
  /** What `auto` means here; missing = as the device says. */
  readonly language?: 'ru' | 'en';
  readonly theme?: 'light' | 'dark';
}

/** Calls of the script API that the frame carries out. */
export type PageCall = readonly [name: 'identify' | 'auth' | 'track', ...args: unknown[]];

/** Page → frame. */
export type ToPanel =
  | { readonly t: 'open' }
  | { readonly t: 'close' }
  | { readonly t: 'call'; readonly call: PageCall }
  | { readonly t: 'page'; readonly page: PageInfo; readonly lang: string }
  /** Only in a preview. */
  | { readonly t: 'preview'; readonly preview: PreviewLook }
  | { readonly t: 'view'; readonly insets: readonly [top: number, bottom: number] };

/** The last message of the team while it is unread. */
export interface Preview {
  /** Changes with the message: a preview that was closed stays closed until then. */
  readonly id: string;
  readonly who: string;
  readonly when: string;
  readonly text: string;
}

/** Where on the page the bubble and the panel are. */
export type Corner = WidgetLook['corner'];

/** What the bubble shows; sent whenever something of it changes. */
export interface BubbleState {
  /** Colour of the site and black or white on it. */
  readonly color: string;
  readonly onColor: string;
  /** The colour is nearly that of the page: draw an edge. */
  readonly edge: boolean;
  readonly dark: boolean;
  /** The launcher may be seen now; while the panel is open it is hidden in any case. */
  readonly visible: boolean;
  readonly corner: Corner;
  /** Pixels to the edges of the window. */
  readonly x: number;
  readonly y: number;
  /** Somebody of the team is there. */
  readonly online: boolean;
  /** Text beside the picture; null = round. */
  readonly label: string | null;
  readonly initials: string;
  /** Address of the picture to show instead of the initials: the one sent as `picture` before; null = none. */
  readonly picture: string | null;
  /** Which of six tints, 1 to 6. */
  readonly tint: number;
  readonly unread: number;
  readonly preview: Preview | null;
  /** Accessible names. */
  readonly names: { readonly open: string; readonly hide: string; readonly frame: string };
}

/** Frame → page. */
export type ToPage =
  | { readonly t: 'bubble'; readonly bubble: BubbleState }
  /** Drawn on a canvas: the page's policy may forbid images of our origin. */
  | { readonly t: 'picture'; readonly url: string; readonly image: ImageBitmap }
  | { readonly t: 'close' }
  /** Keep (or with null forget) a pair; `token` is one of them. */
  | { readonly t: 'store'; readonly k: string; readonly v: string | null }
  /** This site has no widget: take everything away. */
  | { readonly t: 'gone' };
