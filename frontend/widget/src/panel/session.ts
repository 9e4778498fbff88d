import { toApiProblem, isRetryableProblem } from '@beseda/realtime';
import type { InitMessage } from '../shared/protocol.js';
import type { Session, WidgetApi } from './api.js';

const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 30_000;

/** What {@link VisitorSession} needs. */
export interface SessionOptions {
  readonly siteId: string;
  readonly init: Pick<InitMessage, 'token' | 'page' | 'device' | 'own'>;
  readonly api: () => WidgetApi;
  /** Keep the token where the next page finds it. */
  keep(token: string): void;
  /** The token now belongs to somebody else than before. */
  onContact(): void;
  /** The session was read again: its settings are newer. */
  onSession(session: Session): void;
}

/** Who the visitor is: makes the session, renews the token when it is refused. */
export class VisitorSession {
  readonly #o: SessionOptions;
  #token: string | null;
  #contactId = '';
  #renewing: Promise<string | null> | null = null;

  constructor(options: SessionOptions) {
    this.#o = options;
    this.#token = options.init.token;
  }

  /** Tries until there is a session; null when the site has no widget for us. */
  async start(): Promise<Session | null> {
    const { page, device } = this.#o.init;
    let own = this.#o.init.own === true;
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, MAX_WAIT_MS)) {
      try {
        return await this.#ask({ page, device, preview: own || undefined });
      } catch (error) {
        // ApiError: temporary ones are tried again, a refusal (unknown site, foreign domain) is final
        const problem = toApiProblem(error);
        // a server of an earlier version does not know the word
        if (own && problem.status === 400) {
          own = false;
          continue;
        }
        if (!isRetryableProblem(problem)) return null;
        await new Promise((resolve) => setTimeout(resolve, Math.max(wait, problem.retryAfterMs ?? 0)));
      }
    }
  }

  /** For the API client and the socket. */
  async token(refresh: boolean): Promise<string | null> {
    if (!refresh) return this.#token;
    this.#renewing ??= this.#ask({})
      .then((session) => {
        this.#o.onSession(session);
        return this.#token;
      })
      .finally(() => {
        this.#renewing = null;
      });
    return await this.#renewing;
  }

  /** The visitor was recognised by the site: the token of the contact that both became. */
  adopt(token: string, contactId: string): void {
    const changed = this.#contactId !== '' && contactId !== this.#contactId;
    this.#token = token;
    this.#contactId = contactId;
    this.#o.keep(token);
    if (changed) this.#o.onContact();
  }

  async #ask(extra: Partial<Pick<InitMessage, 'page' | 'device'>> & { preview?: true | undefined }): Promise<Session> {
    const token = this.#token;
    const session = await this.#o.api().session({ siteId: this.#o.siteId, token: token ?? undefined, ...extra });
    // recognised meanwhile: what the token from before still opens is somebody else's
    if (token === this.#token) this.adopt(session.token, session.contactId);
    return session;
  }
}
