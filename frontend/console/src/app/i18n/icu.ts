import { type TranslocoTranspiler, type TranspileParams } from '@jsverse/transloco';

/** What a placeholder may be filled with. */
export type MessageParams = Readonly<Record<string, string | number>>;

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'number' }
  | { readonly kind: 'plural'; readonly name: string; readonly forms: ReadonlyMap<string, readonly Part[]> };

const cache = new Map<string, readonly Part[]>();

/**
 * Formats an ICU message: `{name}`, `{n, plural, =0 {…} one {…} few {…} other {…}}` with `#` for the number, nesting allowed.
 * Other ICU types are not used by the catalogues and are an error, so that a test finds them.
 */
export function formatMessage(message: string, params: MessageParams, locale: string): string {
  let parts = cache.get(message);
  if (!parts) cache.set(message, (parts = new Parser(message).all()));
  return render(parts, params, locale, null);
}

function render(parts: readonly Part[], params: MessageParams, locale: string, count: number | null): string {
  let out = '';
  for (const part of parts) {
    if (part.kind === 'text') out += part.text;
    else if (part.kind === 'number') out += new Intl.NumberFormat(locale).format(count ?? 0);
    else if (part.kind === 'value') out += valueOf(params[part.name], locale);
    else {
      const n = Number(params[part.name] ?? 0);
      const form = part.forms.get(`=${n}`) ?? part.forms.get(new Intl.PluralRules(locale).select(n));
      out += render(form ?? part.forms.get('other') ?? [], params, locale, n);
    }
  }
  return out;
}

function valueOf(value: string | number | undefined, locale: string): string {
  if (value === undefined) return '';
  return typeof value === 'number' ? new Intl.NumberFormat(locale).format(value) : value;
}

class Parser {
  #at = 0;

  constructor(private readonly source: string) {}

  all(): readonly Part[] {
    const parts = this.#parts(false);
    if (this.#at < this.source.length) throw new Error(`Unbalanced brace in message "${this.source}"`);
    return parts;
  }

  #parts(inPlural: boolean): Part[] {
    const parts: Part[] = [];
    let text = '';
    const flush = (): void => {
      if (text) parts.push({ kind: 'text', text });
      text = '';
    };
    for (; this.#at < this.source.length; this.#at += 1) {
      const char = this.source[this.#at] ?? '';
      if (char === '}') break;
      if (char === '{') {
        flush();
        parts.push(this.#argument());
      } else if (char === '#' && inPlural) {
        flush();
        parts.push({ kind: 'number' });
      } else text += char;
    }
    flush();
    return parts;
  }

  /** Stands on `{`; ends on its `}`. */
  #argument(): Part {
    const simple = /^\{\s*(\w+)\s*\}/.exec(this.source.slice(this.#at));
    if (simple) {
      this.#at += simple[0].length - 1;
      return { kind: 'value', name: simple[1] ?? '' };
    }
    const head = /^\{\s*(\w+)\s*,\s*plural\s*,\s*/.exec(this.source.slice(this.#at));
    if (!head) throw new Error(`Unknown placeholder in message "${this.source}"`);
    this.#at += head[0].length;
    const forms = new Map<string, readonly Part[]>();
    for (;;) {
      const form = /^\s*(=\d+|\w+)\s*\{/.exec(this.source.slice(this.#at));
      if (!form) break;
      this.#at += form[0].length;
      forms.set(form[1] ?? '', this.#parts(true));
      this.#at += 1;
    }
    while (this.source[this.#at] === ' ') this.#at += 1;
    if (this.source[this.#at] !== '}' || !forms.has('other')) throw new Error(`Bad plural in message "${this.source}"`);
    return { kind: 'plural', name: head[1] ?? '', forms };
  }
}

/** Lets Transloco format ICU messages. */
export class IcuTranspiler implements TranslocoTranspiler {
  #locale = 'ru';

  onLangChanged(lang: string): void {
    this.#locale = lang;
  }

  transpile({ value, params }: TranspileParams): unknown {
    return typeof value === 'string' ? formatMessage(value, (params ?? {}) as MessageParams, this.#locale) : value;
  }
}
