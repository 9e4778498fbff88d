import type { BubbleState, Preview } from '../shared/protocol.js';
import type { PanelModel } from './model.js';
import { initials, tintOf } from './names.js';
import type { WidgetSettings } from './settings.js';

const NOW_MS = 60_000;
const PREVIEW_LENGTH = 200;

/** What the launcher on the page shows. */
export function bubbleState(model: PanelModel): BubbleState {
  const { texts, settings, site } = model;
  const { look } = site;
  const unread = model.unreadTotal();
  const who = site.partner ?? site.self;
  const { color, onColor, edge } = look.color;
  // what is unread stands beside the picture: two texts would be too much
  const label = settings.hideCaption || unread > 0 ? null : look.own(settings.caption) || texts.t('ask');
  return {
    color,
    onColor,
    edge: edge[look.dark ? 1 : 0],
    dark: look.dark,
    visible: isVisible(settings.visibility, model.list.items.length > 0, unread),
    corner: settings.corner,
    x: settings.marginX,
    y: settings.marginY,
    // a dot beside somebody's face would say that just this one is there
    online: settings.online === true && !site.partner,
    label,
    initials: initials(who.name),
    picture: site.pictures.ready(who.avatarUrl),
    tint: tintOf(who.id),
    unread,
    preview: previewOf(model),
    names: {
      // who speaks to the device says what stands there: the name begins with it
      open:
        unread > 0
          ? texts.t('openChatUnread', { count: unread })
          : [label, texts.t('openChat')].filter(Boolean).join(', '),
      hide: texts.t('hidePreview'),
      frame: `${texts.t('frameTitle')}: ${settings.name}`,
    },
  };
}

/**
 * Whether the launcher may be seen: always, only for somebody who ever had a dialog (finished ones count), or only while
 * something is unread.
 */
export function isVisible(mode: WidgetSettings['visibility'], hasDialogs: boolean, unread: number): boolean {
  if (mode === 'dialog') return hasDialogs;
  return mode === 'always' || unread > 0;
}

function previewOf(model: PanelModel): Preview | null {
  const { texts, settings } = model;
  const found = model.list.items.find(
    (item) => item.lastMessage && item.lastMessage.author !== 'contact' && model.unread(item) > 0,
  );
  const message = found?.lastMessage;
  if (!found || !message) return null;
  return {
    id: `${found.id}:${message.seq}`,
    who: message.author === 'automation' ? settings.senderName : (model.operatorOf(found.id)?.name ?? settings.name),
    when: Date.now() - Date.parse(message.at) < NOW_MS ? texts.t('now') : texts.time(message.at),
    text: message.text?.slice(0, PREVIEW_LENGTH) ?? `${texts.t('file')}: ${message.file?.name ?? ''}`,
  };
}
