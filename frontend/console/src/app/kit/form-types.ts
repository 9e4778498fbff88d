import { type Lang } from '../i18n/i18n.js';
import { type MessageKey } from '../i18n/ru.js';
import { type PathOf } from './paths.js';
import { type Rule } from './rules.js';

/** One field of a form: the smallest part that is named, checked, merged and chosen in a conflict. */
export interface FieldSpec<T> {
  readonly path: PathOf<T>;
  /** Its name, as above the field. */
  readonly label: MessageKey;
  /** The field is one language of a text in several. */
  readonly lang?: Lang;
  readonly rule?: (value: T) => Rule;
  /** The value in words, for a conflict; texts, numbers and switches need none. */
  readonly show?: (value: unknown) => string;
}

/** A value with the version the server gave it. */
export interface Versioned<T> {
  readonly version: number;
  readonly value: T;
}

/** How a form reaches its value. */
export interface FormOptions<T> {
  /** Name of the form within its site: the draft is kept under it. */
  readonly name: string;
  /** Kind of `settings.changed` after which somebody else may have saved it. */
  readonly kind?: string;
  readonly fields: readonly FieldSpec<T>[];
  /** Rejects with ApiError. */
  readonly load: (scope: string) => Promise<Versioned<T>>;
  /** Sends the value; `changed` are the paths that differ from the version. Rejects with ApiError. */
  readonly save: (scope: string, value: T, changed: readonly string[], version: number) => Promise<Versioned<T>>;
  /** Shows the part of the page a field is on (a tab), before it gets the focus. */
  readonly reveal?: (path: string) => void | Promise<unknown>;
}

/** A field that was changed here and by somebody else. */
export interface Conflict {
  readonly path: string;
  readonly mine: unknown;
  readonly theirs: unknown;
}

export type FormState = 'loading' | 'ready' | 'failed';
