import type { JSX } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { PanelModel } from '../model.js';
import { Avatar } from './avatar.js';
import { Icon } from './icons.js';
import { Message } from './message.js';
import { placeAfter, toRows, type Row } from './rows.js';

/** Nearer to the end than this counts as reading the end. */
const END_PX = 40;
/** Older messages are fetched before the visitor reaches the top. */
const TOP_PX = 160;

/** The conversation: greeting, messages, what happened; stays where the visitor reads. */
export function Timeline({ model }: { model: PanelModel }): JSX.Element {
  const { texts, settings, site } = model;
  const log = useRef<HTMLDivElement>(null);
  const items = model.items();
  const rows = toRows(items);
  const { unseen, onScroll, toEnd } = useReadingPlace(model, log, rows);
  const conversation = model.conversation;
  const whole = !conversation?.timeline.hasOlder && conversation?.phase !== 'loading';
  const greeting = whole && site.look.own(settings.greeting);
  const place = settings.offline && site.offline.place;
  const told = place && place.dialogId === model.current ? placeAfter(rows, place.after) : null;
  return (
    <div class="body">
      <div class="log" ref={log} role="log" aria-label={texts.t('messages')} tabIndex={0} onScroll={onScroll}>
        {conversation?.timeline.hasOlder && (
          <button type="button" class="older" onClick={() => model.older()}>
            {texts.t('older')}
          </button>
        )}
        {greeting && <Automatic model={model} text={greeting} last={told !== 0} first />}
        {conversation?.phase === 'failed' && items.length === 0 && <p class="line">{texts.t('loadFailed')}</p>}
        {rows.slice(0, told ?? rows.length).map((row) => renderRow(model, row))}
        {told !== null && <Offline key="offline" model={model} first={told > 0 || !greeting} />}
        {told !== null && rows.slice(told).map((row) => renderRow(model, row))}
      </div>
      {unseen > 0 && (
        <button type="button" class="pill" onClick={toEnd}>
          <Icon name="down" size={16} />
          {texts.t('newMessages', { count: unseen })}
        </button>
      )}
    </div>
  );
}

/** Something the site says by itself and nobody keeps; signed unless the header says the same name. */
function Automatic(props: { model: PanelModel; text: string; first: boolean; last: boolean }): JSX.Element {
  const { sender, self } = props.model.site;
  return (
    <div class={`m m-team${props.first ? ' m-first' : ''}`}>
      {props.last && <Avatar {...sender} small />}
      {props.first && sender.name !== self.name && <div class="meta">{sender.name}</div>}
      <div class={props.last ? 'b b-tail' : 'b'}>
        <span class="text">{props.text}</span>
      </div>
    </div>
  );
}

/** Nobody is there: what the owner says to that, and the field for the answer to go to. */
function Offline({ model, first }: { model: PanelModel; first: boolean }): JSX.Element {
  const { site, settings } = model;
  const kind = site.asked;
  const { Form, left } = site.offline;
  const text = site.look.own(settings.offline?.text ?? null);
  return (
    <div data-testid="widget-offline">
      {text && <Automatic model={model} text={text} first={first} last />}
      {Form && (kind ?? left?.kind) && <Form model={model} kind={kind ?? left?.kind ?? 'email'} />}
    </div>
  );
}

function renderRow(model: PanelModel, row: Row): JSX.Element {
  const { texts } = model;
  if (row.row === 'message') return <Message key={row.key} model={model} row={row} />;
  if (row.row === 'day') {
    return (
      <div key={row.key} class="day">
        {texts.day(row.at, Date.now())}
      </div>
    );
  }
  const { type } = row.item.event;
  // what can be done next is said only while it can
  const closed = model.items().at(-1)?.key === row.key ? 'isClosed' : 'wasClosed';
  const text = type === 'dialog.closed' ? closed : type === 'dialog.finalized' ? 'wasFinalized' : 'wasReopened';
  return (
    <div key={row.key} class="line" title={texts.full(row.item.at)}>
      {texts.t(text)}
    </div>
  );
}

interface Place {
  turn: number;
  /** The end is in sight: it stays there when something comes. */
  end: boolean;
  height: number;
  /** Height of what is seen. */
  view: number;
  first: string;
  last: string;
  count: number;
}

/** Keeps the place: at the end when the end was in sight, else where the visitor reads; reports what was on screen. */
function useReadingPlace(model: PanelModel, log: { readonly current: HTMLDivElement | null }, rows: readonly Row[]) {
  const [unseen, setUnseen] = useState(0);
  const place = useRef<Place>({ turn: -1, end: true, height: 0, view: 0, first: '', last: '', count: 0 });
  const report = useCallback(() => {
    const seq = log.current && lastSeqOnScreen(log.current);
    if (seq && model.current) model.seen(model.current, seq);
  }, [model, log]);
  const toEnd = useCallback(() => {
    if (log.current) log.current.scrollTop = log.current.scrollHeight;
    place.current.end = true;
    setUnseen(0);
  }, [log]);

  useLayoutEffect(() => {
    const element = log.current;
    if (!element) return;
    const before = place.current;
    const messages = rows.filter((row) => row.row === 'message');
    const last = messages.at(-1);
    const now = { turn: model.turn, first: messages[0]?.key ?? '', last: last?.key ?? '', count: messages.length };
    const wrote = now.last !== before.last && last?.item.author === 'contact' && last.item.seq === null;
    const grew = before.first !== now.first && before.count > 0 && now.count > before.count && before.turn === now.turn;
    const { scrollTop, clientHeight: view } = element;
    // the visitor has just scrolled away, and the event that says so is still to come
    const left = view === before.view && before.height - scrollTop - view > END_PX;
    if (before.turn !== now.turn || (before.end && !left) || wrote) {
      element.scrollTop = element.scrollHeight;
      before.end = true;
      if (unseen > 0) setUnseen(0);
    } else if (grew && before.last === now.last) element.scrollTop += element.scrollHeight - before.height;
    else if (now.last !== before.last && now.count > before.count)
      setUnseen((count) => count + now.count - before.count);
    place.current = { ...now, end: before.end, height: element.scrollHeight, view };
  });
  useEffect(report);
  useEffect(() => {
    const element = log.current;
    if (!element) return;
    // the keyboard of a phone or a growing composer takes room: the end stays in sight
    const observer = new ResizeObserver(() => {
      if (place.current.end) element.scrollTop = element.scrollHeight;
      report();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [log, report]);

  const onScroll = (): void => {
    const element = log.current;
    if (!element) return;
    place.current.end = element.scrollHeight - element.scrollTop - element.clientHeight < END_PX;
    if (place.current.end && unseen > 0) setUnseen(0);
    if (element.scrollTop < TOP_PX && !place.current.end) model.older();
    report();
  };
  return { unseen, onScroll, toEnd };
}

/** The newest message of the team of which at least a line is on screen. */
function lastSeqOnScreen(log: HTMLElement): number {
  const edge = log.getBoundingClientRect().bottom;
  const bubbles = log.querySelectorAll<HTMLElement>('[data-seq]:not([data-author="contact"])');
  for (let index = bubbles.length - 1; index >= 0; index -= 1) {
    const bubble = bubbles[index];
    if (bubble && bubble.getBoundingClientRect().top + 24 <= edge) return Number(bubble.dataset['seq']);
  }
  return 0;
}
