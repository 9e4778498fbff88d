import type { BubbleState } from '../shared/protocol.js';
import { HOST_STYLE, SHEET } from './styles.js';

/** Twice the largest size on screen. */
const PICTURE_PX = 100;

/** What the bubble reports. */
export interface BubbleEvents {
  onOpen(): void;
  /** The preview of this message was closed: it must not come back on the next page. */
  onHide(id: string): void;
}

/** The launcher, the preview of the last unread message and the place of the frame, in a shadow root of their own. */
export interface Bubble {
  /** Where the frame belongs. */
  readonly box: HTMLElement;
  /** The launcher, while it can be seen. */
  readonly launcher: HTMLButtonElement;
  show(state: BubbleState): void;
  /** The picture of this address, to be shown once the state names it. */
  picture(url: string, image: ImageBitmap): void;
  /** The conversation is open: the launcher makes room for it. */
  setOpen(open: boolean): void;
  /** Safe areas of a phone in pixels, top and bottom; a frame cannot measure them itself. */
  insets(): [number, number];
  /** Puts the host back if the page threw it away. */
  attach(): void;
  remove(): void;
}

/** Builds everything without mark-up strings, inline style elements or attributes: a strict CSP allows none of them. */
export function createBubble(events: BubbleEvents, hiddenBefore?: string): Bubble {
  // not a div: pages have rules for those
  const host = document.createElement('beseda-chat');
  for (const [name, value] of Object.entries(HOST_STYLE)) host.style.setProperty(name, value, 'important');
  const root = host.attachShadow({ mode: 'open' });
  addSheet(root);

  // what depends on settings hangs on an element that no rule of the page reaches
  const box = element('div', '', root);
  const dock = element('div', 'dock', box);
  const tip = element('div', 'tip', dock);
  const go = element('button', 'go', tip);
  const meta = element('span', 'meta', go);
  const text = element('span', 'text', go);
  const hide = element('button', 'x', tip);
  hide.append(cross());
  const launcher = element('button', 'launch', dock);
  const picture = element('i', '', launcher);
  const letters = element('s', '', picture);
  const canvas = element('canvas', '', picture);
  element('u', '', picture);
  const label = element('b', '', launcher);
  const count = element('span', 'count', launcher);
  const probe = element('div', 'probe', box);
  for (const button of [go, hide, launcher]) button.type = 'button';
  launcher.dataset['testid'] = 'widget-launcher';
  count.dataset['testid'] = 'widget-unread';
  tip.dataset['testid'] = 'widget-preview';
  dock.hidden = true;

  let current: BubbleState | null = null;
  let hidden = hiddenBefore;
  let isOpen = false;
  let drawn = '';
  canvas.width = canvas.height = PICTURE_PX;
  const draw = (): void => {
    dock.hidden = isOpen || !current?.visible;
    if (!current) return;
    tip.hidden = !current.preview || current.preview.id === hidden;
    canvas.hidden = !drawn || current.picture !== drawn;
  };
  go.onclick = launcher.onclick = () => events.onOpen();
  hide.onclick = () => {
    hidden = current?.preview?.id;
    if (hidden) events.onHide(hidden);
    draw();
    launcher.focus();
  };
  return {
    box,
    launcher,
    show: (state) => {
      current = state;
      box.className = `box ${state.corner.replace('-', ' ')}${state.dark ? ' dark' : ''}${state.online ? ' on' : ''}`;
      const vars = { w: state.color, n: state.onColor, x: `${state.x}px`, y: `${state.y}px` };
      for (const [name, value] of Object.entries(vars)) box.style.setProperty(`--${name}`, value);
      launcher.style.setProperty('--e', state.edge ? '#7d898f' : '');
      letters.textContent = state.initials;
      picture.style.cssText = `background:var(--a${state.tint});color:var(--o${state.tint})`;
      launcher.classList.toggle('round', state.label === null);
      label.hidden = state.label === null;
      label.textContent = state.label;
      count.hidden = state.unread === 0;
      count.textContent = state.unread > 99 ? '99+' : String(state.unread);
      launcher.setAttribute('aria-label', state.names.open);
      launcher.setAttribute('aria-haspopup', 'dialog');
      hide.setAttribute('aria-label', state.names.hide);
      meta.textContent = state.preview ? `${state.preview.who} · ${state.preview.when}` : '';
      text.textContent = state.preview?.text ?? '';
      draw();
    },
    picture: (url, image) => {
      const context = canvas.getContext('2d');
      context?.clearRect(0, 0, PICTURE_PX, PICTURE_PX);
      context?.drawImage(image, 0, 0, PICTURE_PX, PICTURE_PX);
      drawn = url;
      draw();
    },
    setOpen: (open) => {
      isOpen = open;
      draw();
    },
    insets: () => {
      const style = getComputedStyle(probe);
      return [parseFloat(style.paddingTop) || 0, parseFloat(style.paddingBottom) || 0];
    },
    // on the root element: a transform or filter on the body does not catch it, and a replaced body does not take it along
    attach: () => {
      if (!host.isConnected) document.documentElement.append(host);
    },
    remove: () => host.remove(),
  };
}

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  name: string,
  parent: ParentNode,
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (name) made.className = name;
  parent.append(made);
  return made;
}

function cross(): SVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', 'M18 6 6 18M6 6l12 12');
  svg.append(path);
  return svg;
}

function addSheet(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(SHEET);
    root.adoptedStyleSheets = [sheet];
  } catch {
    // TypeError: a browser without constructable sheets; a style element works there unless the page's CSP forbids it
    const style = document.createElement('style');
    style.textContent = SHEET;
    root.append(style);
  }
}
