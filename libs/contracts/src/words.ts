import * as dialogsV1 from './gen/index.beseda.dialogs.v1.js';
import * as eventsV1 from './gen/index.beseda.events.v1.js';
import * as presenceV1 from './gen/index.beseda.presence.v1.js';
import * as settingsV1 from './gen/index.beseda.settings.v1.js';

type Hyphenated<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}-${Hyphenated<Tail>}` : S;
/** `SENT_VIA_WEB_CONSOLE` without `SENT_VIA_` is `web-console`; "unspecified" has no word. */
type WordOf<Name, Prefix extends string> = Name extends `${Prefix}${infer Rest}`
  ? Rest extends 'UNSPECIFIED'
    ? never
    : Lowercase<Hyphenated<Rest>>
  : never;

/** The words of an enum of the contracts, both ways. */
export interface EnumWords<W extends string, N extends number> {
  /** In the order of their numbers. */
  readonly words: readonly W[];
  /** Undefined for "unspecified" and for numbers of a later version. */
  word(number: N | undefined): W | undefined;
  number(word: W): N;
}

/**
 * Words made of the names of an enum: a value that is added to `proto/` has its word at once, and whoever lists the words for
 * himself does not compile until he lists the new one too.
 */
function enumWords<E extends Record<string, string | number>, P extends string>(
  names: E,
  prefix: P,
): EnumWords<WordOf<keyof E, P>, Extract<E[keyof E], number>> {
  type W = WordOf<keyof E, P>;
  type N = Extract<E[keyof E], number>;
  const pairs = Object.entries(names).flatMap(([name, value]): [W, N][] =>
    typeof value === 'number' && value > 0 && name.startsWith(prefix)
      ? [[name.slice(prefix.length).toLowerCase().replaceAll('_', '-') as W, value as N]]
      : [],
  );
  const [numbers, words] = [new Map(pairs), new Map(pairs.map(([word, number]) => [number, word]))];
  return {
    words: [...numbers.keys()],
    word: (number) => (number === undefined ? undefined : words.get(number)),
    number: (word) => {
      const found = numbers.get(word);
      if (found === undefined) throw new TypeError(`${prefix} has no ${word}`);
      return found;
    },
  };
}

export const channelWords = enumWords(dialogsV1.Channel, 'CHANNEL_');
export const statusWords = enumWords(dialogsV1.DialogStatus, 'DIALOG_STATUS_');
export const authorWords = enumWords(dialogsV1.Author, 'AUTHOR_');
export const sentViaWords = enumWords(dialogsV1.SentVia, 'SENT_VIA_');
export const assignReasonWords = enumWords(dialogsV1.AssignReason, 'ASSIGN_REASON_');
export const closeReasonWords = enumWords(dialogsV1.CloseReason, 'CLOSE_REASON_');
export const reopenReasonWords = enumWords(dialogsV1.ReopenReason, 'REOPEN_REASON_');
export const actorKindWords = enumWords(eventsV1.ActorKind, 'ACTOR_KIND_');
export const operatorStateWords = enumWords(presenceV1.OperatorState, 'OPERATOR_STATE_');
export const roleWords = enumWords(settingsV1.Role, 'ROLE_');
export const visibilityWords = enumWords(settingsV1.Visibility, 'VISIBILITY_');
