import type { LIMITS } from '@beseda/api';
import type { JSX, TargetedInputEvent } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { PanelModel } from '../model.js';
import { Icon } from './icons.js';

/** The server's limit, counted after trimming. */
const MAX_TEXT: typeof LIMITS.messageText = 10_000;
const MAX_HEIGHT = 142;

/** Where the visitor writes: Enter sends, Shift+Enter breaks the line, a paper clip takes a file. */
export function Composer({ model }: { model: PanelModel }): JSX.Element {
  const { texts } = model;
  const field = useRef<HTMLTextAreaElement>(null);
  const [refusal, setRefusal] = useState('');
  const text = model.draft.trim();
  const excess = text.length - MAX_TEXT;
  const error = excess > 0 ? texts.t('tooLong', { limit: MAX_TEXT, count: excess }) : refusal;

  useEffect(() => {
    // a preview must not take the focus from the form beside it
    if (model.open && !model.site.preview) field.current?.focus({ preventScroll: true });
  }, [model, model.focusTurn, model.open]);
  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = 'auto';
    area.style.height = `${Math.min(area.scrollHeight, MAX_HEIGHT)}px`;
  }, [model.draft]);

  const send = (): void => {
    // what is written now, not at the last drawing: Enter may come sooner
    const now = model.draft.trim();
    if (!now || now.length > MAX_TEXT) return;
    setRefusal('');
    model.sendText(now);
    field.current?.focus({ preventScroll: true });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // while an input method composes, Enter belongs to it
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  const onFile = (event: TargetedInputEvent<HTMLInputElement>): void => {
    const input = event.currentTarget;
    const file = input.files?.[0];
    input.value = '';
    if (!file) return;
    const limit = model.settings.maxFileBytes;
    if (file.size > limit) setRefusal(texts.t('fileTooLarge', { limit: texts.exactSize(limit) }));
    else if (file.size === 0) setRefusal(texts.t('fileEmpty'));
    else {
      setRefusal('');
      model.sendFile(file);
    }
    field.current?.focus({ preventScroll: true });
  };
  return (
    <form
      class="compose"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {error && (
        <p class="refusal" id="refusal" role="alert">
          <Icon name="alert" size={16} />
          <span>{error}</span>
          {excess <= 0 && (
            <button type="button" class="link" onClick={() => setRefusal('')}>
              {texts.t('dismiss')}
            </button>
          )}
        </p>
      )}
      <span class="tool">
        <input
          type="file"
          data-testid="widget-attach"
          aria-label={texts.t('attach')}
          title={texts.t('attach')}
          onChange={onFile}
        />
        <Icon name="clip" />
      </span>
      <textarea
        ref={field}
        rows={1}
        data-testid="widget-composer"
        aria-label={texts.t('compose')}
        placeholder={texts.t('compose')}
        aria-invalid={excess > 0}
        aria-describedby={error ? 'refusal' : undefined}
        enterkeyhint="send"
        value={model.draft}
        onInput={(event) => model.setDraft(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <button
        type="submit"
        class={`send${text && excess <= 0 ? '' : ' send-off'}`}
        data-testid="widget-send"
        aria-label={texts.t('send')}
        title={texts.t('send')}
      >
        <Icon name="send" />
      </button>
    </form>
  );
}
