import { Fragment, type JSX } from 'preact';
import { useEffect, useReducer, useState } from 'preact/hooks';
import type { PanelModel } from '../model.js';
import { Avatar } from './avatar.js';
import { Composer } from './composer.js';
import type { DialogListView } from './dialog-list.js';
import { Icon } from './icons.js';
import { Timeline } from './timeline.js';

/** The whole panel. */
export function App({ model }: { model: PanelModel }): JSX.Element {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    redraw(undefined);
    return model.subscribe(() => redraw(undefined));
  }, [model]);
  const { texts } = model;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.isComposing) return;
    event.preventDefault();
    if (model.view === 'list') model.show(model.current);
    else model.close();
  };
  const [top, bottom] = model.insets;
  return (
    <main class="w" onKeyDown={onKeyDown} style={{ paddingTop: `${top}px`, paddingBottom: `${bottom}px` }}>
      {model.view === 'list' ? <ListHeader model={model} /> : <DialogHeader model={model} />}
      <p
        class="banner"
        role="status"
        data-testid="widget-connection"
        data-state={model.banner ?? 'online'}
        hidden={!model.banner}
      >
        {model.banner && texts.t(model.banner)}
      </p>
      {model.view === 'list' ? (
        <DialogList model={model} />
      ) : (
        <Fragment>
          <Timeline model={model} />
          <Composer model={model} />
        </Fragment>
      )}
      {model.settings.poweredBy && <p class="by">{texts.t('poweredBy')}</p>}
    </main>
  );
}

let ListView: typeof DialogListView | undefined;

/** The list of all dialogs, loaded when it is looked at first. */
function DialogList({ model }: { model: PanelModel }): JSX.Element {
  const [, redraw] = useState(false);
  useEffect(() => {
    if (ListView) return;
    import('./dialog-list.js').then(
      (loaded) => {
        ListView = loaded.DialogListView;
        redraw(true);
      },
      () => undefined /* TypeError: no network; going back and forth tries again */,
    );
  }, []);
  return ListView ? <ListView model={model} /> : <div class="grow" />;
}

function DialogHeader({ model }: { model: PanelModel }): JSX.Element {
  const { texts, settings, list, site } = model;
  const operator = model.operatorOf(model.current);
  // before anybody answered: those who are there, or the site
  const team = !operator && settings.online ? settings.operators : [];
  const elsewhere = model.unreadTotal(model.current);
  const label = elsewhere > 0 ? texts.t('allDialogsUnread', { count: elsewhere }) : texts.t('allDialogs');
  return (
    <header class="head">
      <span class="team">
        {(team.length > 0 ? team : [operator ?? site.self]).map((person) => (
          <Avatar key={person.id} {...person} />
        ))}
      </span>
      <div class="grow">
        <h1 class="cut">{(operator ?? site.self).name}</h1>
        <Presence model={model} name={operator ? settings.name : ''} />
      </div>
      {list.items.length > 0 && (
        <button
          type="button"
          class="tool"
          data-testid="widget-dialogs"
          aria-label={label}
          title={texts.t('allDialogs')}
          onClick={() => model.showList()}
        >
          <Icon name="dialogs" />
          {elsewhere > 0 && <span class="mark" />}
        </button>
      )}
      <CloseButton model={model} />
    </header>
  );
}

/** Whether somebody of the team is there; a server that does not know is not quoted. */
function Presence({ model, name }: { model: PanelModel; name: string }): JSX.Element | null {
  const { texts, settings } = model;
  const { online } = settings;
  if (online === null && !name) return null;
  return (
    <span class="meta cut" data-testid="widget-presence">
      {online !== null && <i class={online ? 'dot on' : 'dot'} />}
      {online ? texts.t('online') : online === false ? texts.t('answersLater') : name}
      {online && name && ` · ${name}`}
    </span>
  );
}

function ListHeader({ model }: { model: PanelModel }): JSX.Element {
  const { texts } = model;
  return (
    <header class="head head-list">
      <button
        type="button"
        class="tool"
        aria-label={texts.t('back')}
        title={texts.t('back')}
        onClick={() => model.show(model.current)}
        ref={focusOnce}
      >
        <Icon name="back" />
      </button>
      <h1 class="grow cut">{texts.t('dialogs')}</h1>
      <CloseButton model={model} />
    </header>
  );
}

/** Stable, so that it runs when the button appears and not at every drawing. */
function focusOnce(element: HTMLElement | null): void {
  element?.focus();
}

function CloseButton({ model }: { model: PanelModel }): JSX.Element {
  const label = model.texts.t('close');
  return (
    <button
      type="button"
      class="tool"
      data-testid="widget-close"
      aria-label={label}
      title={label}
      onClick={() => model.close()}
    >
      <Icon name="x" />
    </button>
  );
}
