import type { JSX } from 'preact';
import type { DialogSummary } from '../api.js';
import type { PanelModel } from '../model.js';
import { Avatar } from './avatar.js';

/** All dialogs of this visitor, newest first. */
export function DialogListView({ model }: { model: PanelModel }): JSX.Element {
  const { texts, list } = model;
  if (list.items.length === 0) return <p class="empty">{texts.t('noDialogs')}</p>;
  return (
    <ul class="dialogs">
      {list.items.map((item) => (
        <li key={item.id}>
          <DialogRow model={model} item={item} />
        </li>
      ))}
    </ul>
  );
}

function DialogRow({ model, item }: { model: PanelModel; item: DialogSummary }): JSX.Element {
  const { texts, site } = model;
  const message = item.lastMessage;
  const who = model.operatorOf(item.id) ?? site.self;
  const unread = model.unread(item);
  const body = message?.text ?? (message?.file ? `${texts.t('file')}: ${message.file.name}` : texts.t('newDialog'));
  const state = item.status === 'open' ? '' : texts.t(item.status);
  const today = new Date(item.lastActivityAt).toDateString() === new Date().toDateString();
  return (
    <button
      type="button"
      class={`row${unread > 0 ? ' row-unread' : ''}`}
      aria-current={item.id === model.current}
      onClick={() => model.show(item.id)}
    >
      <Avatar {...who} />
      <span class="row-name">{who.name}</span>
      <time class="meta" dateTime={item.lastActivityAt} title={texts.full(item.lastActivityAt)}>
        {today ? texts.time(item.lastActivityAt) : texts.day(item.lastActivityAt, Date.now())}
      </time>
      <span class="row-text">
        {message?.author === 'contact' ? `${texts.t('you')}: ` : ''}
        {body}
      </span>
      {unread > 0 ? (
        <span class="count">
          <span aria-hidden="true">{unread}</span>
          <span class="sr">{texts.t('unreadCount', { count: unread })}</span>
        </span>
      ) : (
        state && <span class="meta">{state}</span>
      )}
    </button>
  );
}
