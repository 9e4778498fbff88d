import type { LIMITS } from '@beseda/api';
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { problemOf, type AnswerProblem } from '../answer.js';
import { offlineTexts } from '../i18n/offline.js';
import type { PanelModel } from '../model.js';
import type { Asked } from '../offline.js';
import { Icon } from './icons.js';

const ATTRIBUTES = {
  email: { type: 'email', autocomplete: 'email', inputMode: 'email', maxLength: 254 satisfies typeof LIMITS.email },
  phone: { type: 'tel', autocomplete: 'tel', inputMode: 'tel', maxLength: 40 satisfies typeof LIMITS.phone },
} as const;

/** Takes an e-mail address or a phone number while nobody is there; loaded when it is needed first. */
export function OfflineForm({ model, kind }: { model: PanelModel; kind: Asked }): JSX.Element {
  const { offline } = model.site;
  const texts = offlineTexts[model.texts.language];
  const field = useRef<HTMLInputElement>(null);
  // per kind: when the owner asks for another thing meanwhile, what was wrong with the first is no matter
  const [wrong, setWrong] = useState<{ kind: Asked; problem: AnswerProblem | null } | null>(null);
  const [sending, setSending] = useState(false);
  const [, redraw] = useState({});
  if (offline.left) {
    return (
      <p class="line" role="status" data-testid="widget-offline-thanks">
        {texts.thanks[offline.left.kind].replace('{value}', () => offline.left?.value ?? '')}
      </p>
    );
  }
  const problem = wrong?.kind === kind ? wrong.problem : null;
  const look = (): AnswerProblem | null => {
    const found = problemOf(kind, offline.typed[kind]);
    setWrong({ kind, problem: found });
    return found;
  };
  const submit = async (): Promise<void> => {
    if (sending) return;
    if (look()) return field.current?.focus();
    setSending(true);
    const refusal = await model.site.leave(kind, offline.typed[kind].trim());
    if (refusal) {
      setWrong({ kind, problem: refusal });
      field.current?.focus();
    }
    setSending(false);
  };
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label for="answer">{texts.label[kind]}</label>
      <input
        key={kind}
        ref={field}
        id="answer"
        data-testid="widget-offline-field"
        {...ATTRIBUTES[kind]}
        value={offline.typed[kind]}
        aria-invalid={problem !== null}
        aria-describedby={problem ? 'answer-problem' : undefined}
        onInput={(event) => {
          offline.typed[kind] = event.currentTarget.value;
          // said on leaving the field; while it is being mended, at once
          if (problem) look();
          redraw({});
        }}
        onBlur={() => offline.typed[kind].trim() && look()}
      />
      {problem && (
        <span class="fail-why" id="answer-problem" role="alert" data-testid="widget-offline-problem">
          <Icon name="alert" size={14} />
          {texts.problems[kind][problem]}
        </span>
      )}
      <Consent model={model} newTab={texts.newTab} />
      <button
        type="submit"
        class="btn"
        data-testid="widget-offline-send"
        aria-disabled={sending}
        // the field keeps the focus: else its problem appears while the button is pressed and pushes it away
        onMouseDown={(event) => event.preventDefault()}
      >
        {sending ? texts.sending : texts.send[kind]}
      </button>
    </form>
  );
}

/** What is agreed to, if the owner wants that said. */
function Consent({ model, newTab }: { model: PanelModel; newTab: string }): JSX.Element | null {
  const { offline } = model.settings;
  const text = offline && model.site.look.own(offline.consentText);
  if (!text) return null;
  return (
    <p class="meta" data-testid="widget-offline-consent">
      {offline.consentUrl ? (
        <a href={offline.consentUrl} target="_blank" rel="noopener noreferrer">
          {text}
          <span class="sr"> ({newTab})</span>
        </a>
      ) : (
        text
      )}
    </p>
  );
}
