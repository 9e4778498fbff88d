import { Injectable, inject } from '@angular/core';
import { toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Formats } from '../i18n/formats.js';
import { I18n } from '../i18n/i18n.js';
import { type MessageKey } from '../i18n/ru.js';

const SENTENCES: Readonly<Record<string, MessageKey>> = {
  NETWORK: 'error.network',
  TIMEOUT: 'error.timeout',
  DEADLINE_EXCEEDED: 'error.timeout',
  UNAUTHENTICATED: 'error.unauthenticated',
  PERMISSION_DENIED: 'error.forbidden',
  NOT_FOUND: 'error.notFound',
  ALREADY_EXISTS: 'error.conflict',
  ABORTED: 'error.conflict',
  FAILED_PRECONDITION: 'error.precondition',
  PAYLOAD_TOO_LARGE: 'error.tooLarge',
  RATE_LIMITED: 'error.limited',
  INVALID_ARGUMENT: 'error.invalid',
  UNAVAILABLE: 'error.unavailable',
};

/** Turns what the server said into a sentence in the operator's language. */
@Injectable({ providedIn: 'root' })
export class Problems {
  readonly #i18n = inject(I18n);
  readonly #formats = inject(Formats);

  /** A sentence that ends with a full stop. */
  sentence(problem: ApiProblem): string {
    const fields = (problem.errors ?? []).map((error) => error.path).filter(Boolean);
    if (problem.code === 'INVALID_ARGUMENT' && fields.length > 0) {
      return this.#i18n.t('error.invalidField', { fields: [...new Set(fields)].join(', ') });
    }
    const key = SENTENCES[problem.code];
    if (key === 'error.limited') return this.#i18n.t(key, { wait: this.#formats.wait(problem.retryAfterMs ?? 5_000) });
    if (key) return this.#i18n.t(key);
    return this.#i18n.t(problem.status >= 500 ? 'error.server' : 'error.other', { status: String(problem.status) });
  }

  /** The same for anything that was thrown, without the full stop. */
  reason(error: unknown): string {
    return this.sentence(toApiProblem(error)).replace(/\.$/, '');
  }
}
