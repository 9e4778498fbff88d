import type { BubbleState } from '../shared/protocol.js';
import { HOST_STYLE, SHEET } from './styles.js';

/** What the bubble reports. */
export interface BubbleEvents {
  onOpen(): void;
  /** The preview of this message was closed: it must not come back on the next page. */
  onHide(id: string): void;
}

/** The launcher, the preview of the last unread message and the place of the frame, in a shadow root of their own. */
export interface Bubble {
  readonly root: ShadowRoot;
  readonly launcher: HTMLButtonElement;
  show(state: BubbleState): void;
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

  const dock = element('div', 'dock', root);
  const tip = element('div', 'tip', dock);
  const go = element('button', 'go', tip);
  const meta = element('span', 'meta', go);
  const text = element('span', 'text', go);
  const hide = element('button', 'x', tip);
  hide.append(cross());
  const launcher = element('button', 'launch', dock);
  const picture = element('i', '', launcher);
  const label = element('b', '', launcher);
  const count = element('span', 'count', launcher);
  const probe = element('div', 'probe', root);
  for (const button of [go, hide, launcher]) button.type = 'button';
  launcher.dataset['testid'] = 'widget-launcher';
  count.dataset['testid'] = 'widget-unread';
  tip.dataset['testid'] = 'widget-preview';
  dock.hidden = true;

  let current: BubbleState | null = null;
  let hidden = hiddenBefore;
  let isOpen = false;
  const draw = (): void => {
    dock.hidden = isOpen || !current;
    if (current) tip.hidden = !current.preview || current.preview.id === hidden;
  };
  go.onclick = launcher.onclick = () => events.onOpen();
  hide.onclick = () => {
    hidden = current?.preview?.id;
    if (hidden) events.onHide(hidden);
    draw();
    launcher.focus();
  };
  return {
    root,
    launcher,
    show: (state) => {
      current = state;
      dock.style.setProperty('--w', state.color);
      dock.style.setProperty('--n', state.onColor);
      if (state.edge) launcher.style.setProperty('--e', '#7d898f');
      picture.textContent = state.initials;
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
