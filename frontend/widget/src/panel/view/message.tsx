import type { MessageFile, MessageItem } from '@beseda/realtime';
import { Fragment, type ComponentChildren, type JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { TextKey } from '../i18n/index.js';
import type { PanelModel } from '../model.js';
import { cutMiddle } from '../names.js';
import { Avatar } from './avatar.js';
import { Icon } from './icons.js';
import type { MessageRow } from './rows.js';

const LINK = /(https?:\/\/[^\s<>"«»]+[^\s<>"«».,;:!?)\]}'])/g;

interface Props {
  readonly model: PanelModel;
  readonly row: MessageRow;
}

/** One bubble with what belongs to it: picture and name of the team's side, state of the visitor's own. */
export function Message(props: Props): JSX.Element {
  return props.row.item.author === 'contact' ? <Own {...props} /> : <Team {...props} />;
}

function Team({ model, row: { item, first, last } }: Props): JSX.Element {
  const { texts, site } = model;
  const { actor, author } = item;
  const operator = author === 'operator';
  // automatic messages are signed with the name the owner chose
  const who = operator
    ? (site.person(actor?.id) ?? { ...site.self, name: actor?.name ?? texts.t('team') })
    : site.sender;
  const note = operator ? texts.time(item.at) : texts.t('autoReply');
  return (
    <div class={`m m-team${first ? ' m-first' : ''}`}>
      {last && <Avatar {...who} small />}
      {first && (
        <div class="meta" title={texts.full(item.at)}>
          {who.name} · {note}
        </div>
      )}
      <Bubble model={model} item={item} tail={last} />
    </div>
  );
}

function Own({ model, row: { item, first, last } }: Props): JSX.Element {
  const { texts } = model;
  const failed = item.state === 'failed';
  return (
    // additions to a log are read out: one's own words need not be
    <div class={`m m-own${first ? ' m-first' : ''}${failed ? ' m-failed' : ''}`} aria-live="off">
      <Bubble model={model} item={item} tail={last} />
      {failed ? (
        <Failure model={model} item={item} />
      ) : (
        (last || item.state !== 'sent') && <State model={model} item={item} />
      )}
      {!failed && !last && item.state === 'sent' && <span class="sr">{texts.t('sent')}</span>}
    </div>
  );
}

function State({ model, item }: { model: PanelModel; item: MessageItem }): JSX.Element {
  const { texts } = model;
  const waits = item.state === 'sending' || item.state === 'queued';
  return (
    <div class="meta" title={texts.full(item.at)}>
      <Icon name={waits ? 'clock' : 'check'} size={14} />
      {waits ? (
        texts.t(item.state === 'queued' ? 'queued' : 'sending')
      ) : (
        <Fragment>
          {texts.time(item.at)}
          <span class="sr">, {texts.t('sent')}</span>
        </Fragment>
      )}
    </div>
  );
}

function Failure({ model, item }: { model: PanelModel; item: MessageItem }): JSX.Element {
  const { texts } = model;
  const id = item.clientMessageId ?? '';
  return (
    <div class="fail" role="alert">
      <span class="fail-why">
        <Icon name="alert" size={14} />
        {texts.t('failed')}: {texts.t(reasonOf(item)).toLocaleLowerCase(texts.language)}
      </span>
      <span class="fail-do">
        <button type="button" class="link" data-testid="widget-retry" onClick={() => model.retry(id)}>
          {texts.t('retry')}
        </button>
        <button type="button" class="link link-quiet" onClick={() => model.discard(id)}>
          {texts.t('remove')}
        </button>
      </span>
    </div>
  );
}

function reasonOf({ problem }: MessageItem): TextKey {
  if (problem?.status === 429) return 'errorLimited';
  if (problem?.status === 413) return 'errorTooLarge';
  return problem && problem.status >= 400 && problem.status < 500 ? 'errorRefused' : 'errorNetwork';
}

function Bubble({ model, item, tail }: { model: PanelModel; item: MessageItem; tail: boolean }): JSX.Element {
  return (
    <div
      class={`b${tail ? ' b-tail' : ''}${item.file && isImage(item.file) ? ' b-photo' : ''}`}
      data-testid="widget-message"
      data-seq={item.seq ?? undefined}
      data-author={item.author}
      data-state={item.state}
    >
      {item.file ? <StoredFile model={model} file={item.file} receivedAt={item.receivedAt} /> : null}
      {item.outgoingFile ? <Tile model={model} {...item.outgoingFile} /> : null}
      {item.text === undefined ? null : <span class="text">{withLinks(item.text)}</span>}
    </div>
  );
}

function withLinks(text: string): ComponentChildren {
  // split by a pattern with one group: every second part is an address
  return text.split(LINK).map((part, index) =>
    index % 2 === 1 ? (
      <a href={part} target="_blank" rel="noopener noreferrer nofollow">
        {part}
      </a>
    ) : (
      part
    ),
  );
}

function isImage(file: MessageFile): boolean {
  return file.width !== undefined && file.height !== undefined;
}

function StoredFile({
  model,
  file,
  receivedAt,
}: {
  model: PanelModel;
  file: MessageFile;
  receivedAt: number;
}): JSX.Element {
  const dialogId = model.current ?? '';
  const { url, fresh } = model.files.current(file, receivedAt);
  const image = isImage(file);
  useEffect(() => {
    // a picture shows by itself and needs a good address; for other files it is enough to get one when asked
    if (image && !fresh)
      model.files.renew(dialogId, file).catch(() => undefined /* no answer: the next drawing tries again */);
  });
  const open = (event: MouseEvent): void => {
    if (model.files.current(file, receivedAt).fresh) return;
    event.preventDefault();
    // opened at once, while the click still counts, and sent to the address when it comes
    const tab = window.open('about:blank', '_blank');
    model.files.renew(dialogId, file).then(
      (renewed) => tab?.location.replace(renewed),
      () => tab?.close(),
    );
  };
  if (!image) {
    return (
      <a class="file-link" href={url} target="_blank" rel="noopener" onClick={open}>
        <Tile model={model} {...file} />
      </a>
    );
  }
  const { width = 1, height = 1 } = file;
  return (
    <a
      class="photo"
      href={url}
      target="_blank"
      rel="noopener"
      onClick={open}
      style={{ width: `${photoWidth(width, height)}px`, aspectRatio: `${width} / ${height}` }}
    >
      {fresh && (
        <img
          src={url}
          alt={model.texts.t('photo', { name: file.name })}
          width={width}
          height={height}
          decoding="async"
        />
      )}
    </a>
  );
}

/** At most 220 wide and 280 high, never larger than it is. */
function photoWidth(width: number, height: number): number {
  return Math.round(Math.max(48, Math.min(220, width, (280 * width) / height)));
}

function Tile({ model, name, size }: { model: PanelModel; name: string; size: number }): JSX.Element {
  const dot = name.lastIndexOf('.');
  const kind = dot > 0 && name.length - dot <= 6 ? `${name.slice(dot + 1).toUpperCase()}, ` : '';
  return (
    <span class="file" title={name}>
      <span class="file-i">
        <Icon name="file" size={18} />
      </span>
      <span class="file-t">
        {cutMiddle(name, 21)}
        <span class="file-m">
          {kind}
          {model.texts.size(size)}
        </span>
      </span>
    </span>
  );
}
