import { type Signal } from '@angular/core';
import { type FieldError } from './rules.js';

interface FieldParts<V> {
  readonly path: string;
  readonly label: Signal<string>;
  readonly value: Signal<V>;
  readonly error: Signal<FieldError | null>;
  // a method, so that a field of a narrower type fits components of texts: they only set what was offered as a choice
  set(value: V): void;
  readonly touch: () => void;
}

/** One field of a form as the components of the kit bind to it. */
export class Field<V> {
  readonly path: string;
  readonly id: string;
  readonly testId: string;
  readonly label: Signal<string>;
  readonly value: Signal<V>;
  /** What is wrong, once the field was left or "save" was pressed. */
  readonly error: Signal<FieldError | null>;

  constructor(private readonly parts: FieldParts<V>) {
    this.path = parts.path;
    this.id = Field.idOf(parts.path);
    this.testId = Field.testIdOf(parts.path);
    this.label = parts.label;
    this.value = parts.value;
    this.error = parts.error;
  }

  static idOf(path: string): string {
    return `field-${path.replaceAll('.', '-')}`;
  }

  /** `setting-<last part of the path>`; a language comes after the part before it: `setting-caption-ru`. */
  static testIdOf(path: string): string {
    const parts = path.split('.');
    const last = parts.at(-1) ?? path;
    const before = parts.at(-2);
    return before !== undefined && (last === 'ru' || last === 'en') ? `setting-${before}-${last}` : `setting-${last}`;
  }

  set(value: V): void {
    this.parts.set(value);
  }

  /** The field was left: from now on it says what is wrong. */
  touch(): void {
    this.parts.touch();
  }
}
