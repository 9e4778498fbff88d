import type { BubbleState, Preview } from '../shared/protocol.js';
import { siteColor } from './color.js';
import type { PanelModel } from './model.js';
import { initials, tintOf } from './names.js';

const NOW_MS = 60_000;
const PREVIEW_LENGTH = 200;

/** What the launcher on the page shows. */
export function bubbleState(model: PanelModel): BubbleState {
  const { texts, settings, list } = model;
  const { color, onColor, edge } = siteColor(settings.color);
  const unread = model.unreadTotal();
  const preview = previewOf(model);
  const [newest] = list.items;
  const who = model.operatorOf(newest?.id ?? null) ?? { id: settings.siteId, name: settings.name };
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  return {
    color,
    onColor,
    edge: edge[dark ? 1 : 0],
    label: list.items.length === 0 ? texts.t('ask') : null,
    initials: initials(who.name),
    tint: tintOf(who.id),
    unread,
    preview,
    names: {
      open: unread > 0 ? texts.t('openChatUnread', { count: unread }) : texts.t('openChat'),
      hide: texts.t('hidePreview'),
      frame: `${texts.t('frameTitle')}: ${settings.name}`,
    },
  };
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
    who: model.operatorOf(found.id)?.name ?? settings.name,
    when: Date.now() - Date.parse(message.at) < NOW_MS ? texts.t('now') : texts.time(message.at),
    text: message.text?.slice(0, PREVIEW_LENGTH) ?? `${texts.t('file')}: ${message.file?.name ?? ''}`,
  };
}
