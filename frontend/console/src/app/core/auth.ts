import { Injectable, computed, inject, signal } from '@angular/core';
import type { Answer, nextStepSchema, optionsAnswer, sessionAnswer } from '@beseda/api';
import { ApiError, createApi, type ApiRequest } from '@beseda/realtime';
import { type Operator } from './model.js';
import { readStored, writeStored } from './storage.js';
import { TabChannel, type TabMessage } from './tab-channel.js';

/** Why the login page is shown. */
export type SignOutReason = 'ended' | 'expired' | 'signed-out';

type Grant = Answer<typeof sessionAnswer>;

/**
 * A sign-in that needs one more answer, `code`: of the second factor, `password`: one of one's own instead of the one that came by
 * mail. The ticket stands for the password that was right.
 */
export type NextStep = Answer<typeof nextStepSchema>;

/** Ways to sign in to this installation; with passwords off only superadmins may use one. */
export type SignInOptions = Answer<typeof optionsAnswer>;

/** `1`: signed in, `0`: not; {@link AWAY}: left for single sign-on, so a cookie may be there on coming back. */
const HINT = 'beseda:signed-in';
const AWAY = 'away';
/** A token is replaced this long before it ends, so that no request is refused in normal work. */
const EARLY_MS = 30_000;

/**
 * Who is signed in. The access token lives in memory only; a new one comes by the refresh cookie. Tabs take turns (Web Locks) and
 * tell each other the new token, so that they do not use up each other's cookie.
 */
@Injectable({ providedIn: 'root' })
export class Auth {
  readonly #tabs = inject(TabChannel);
  readonly #operator = signal<Operator | null>(null);
  readonly #reason = signal<SignOutReason | null>(null);
  readonly #anonymous: ApiRequest = createApi({ baseUrl: '', fetch: (...a) => fetch(...a), token: async () => null });
  #token: { value: string; until: number } | null = null;
  #refreshing: Promise<string | null> | null = null;

  readonly operator = this.#operator.asReadonly();
  readonly signedIn = computed(() => this.#operator() !== null);
  /** Said once on the login page. */
  readonly reason = this.#reason.asReadonly();

  constructor() {
    this.#tabs.listen((message) => this.#heard(message));
  }

  /** At start: signs in by the cookie of an earlier visit. Never rejects; a server that is away counts as "not yet". */
  async restore(): Promise<void> {
    if (readStored(HINT) === '0' || (readStored(HINT) === null && canStore())) return;
    try {
      await this.token(true);
    } catch (error) {
      // ApiError: no network at start. The login page says so when the form is sent; the cookie is kept
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** The browser leaves for single sign-on, which comes back with a cookie and nothing else: {@link restore} is to ask then. */
  leaveForSingleSignOn(): void {
    writeStored(HINT, AWAY);
  }

  /** Null when signed in, else what is asked next. Rejects with ApiError. */
  async login(email: string, password: string): Promise<NextStep | null> {
    return this.#finish(await this.#anonymous<Grant | NextStep>('POST', '/api/auth/login', { email, password }));
  }

  /** Answers a step of {@link login}; null when signed in. Rejects with ApiError. */
  async continueLogin(
    ticket: string,
    answer: { readonly code: string } | { readonly newPassword: string },
  ): Promise<NextStep | null> {
    const path = '/api/auth/login/continue';
    return this.#finish(await this.#anonymous<Grant | NextStep>('POST', path, { ticket, ...answer }));
  }

  /** Asks for a mail with a link to set a new password; the answer is the same for an unknown address. Rejects with ApiError. */
  async requestReset(email: string, locale: 'ru' | 'en'): Promise<void> {
    await this.#anonymous('POST', '/api/auth/password-reset', { email, locale });
  }

  /** Sets a new password by the token of the mail. Rejects with ApiError. */
  async confirmReset(token: string, newPassword: string): Promise<void> {
    await this.#anonymous('POST', '/api/auth/password-reset/confirm', { token, newPassword });
  }

  /** Rejects with ApiError. */
  async options(): Promise<SignInOptions> {
    return await this.#anonymous<SignInOptions>('GET', '/api/auth/options');
  }

  /** The operator as they changed themselves: name, photo, language, theme. */
  update(part: Partial<Omit<Operator, 'id'>>): void {
    this.#operator.update((operator) => operator && { ...operator, ...part });
  }

  async logout(): Promise<void> {
    try {
      await this.#anonymous('POST', '/api/auth/logout');
    } catch (error) {
      // ApiError: the server could not be told; the token is forgotten here all the same
      if (!(error instanceof ApiError)) throw error;
    }
    this.#tabs.send({ kind: 'signed-out', reason: 'signed-out' });
    this.#forget('signed-out');
  }

  /** The server ended the session (operator disabled, sessions revoked). */
  end(reason: SignOutReason): void {
    if (!this.#operator()) return;
    this.#forget(reason);
  }

  clearReason(): void {
    this.#reason.set(null);
  }

  /** A token good for the next seconds; `refresh`: the last one was refused. Null when nobody is signed in. Rejects with ApiError. */
  async token(refresh: boolean): Promise<string | null> {
    if (!refresh && this.#token && Date.now() < this.#token.until) return this.#token.value;
    if (!refresh && !this.#operator()) return null;
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    return await this.#refreshing;
  }

  async #refresh(): Promise<string | null> {
    const before = this.#token;
    return await this.#tabs.exclusive('beseda-refresh', async () => {
      // another tab may have done it while this one waited for its turn
      if (this.#token && this.#token !== before && Date.now() < this.#token.until) return this.#token.value;
      try {
        return this.#take(await this.#anonymous<Grant>('POST', '/api/auth/refresh'), true);
      } catch (error) {
        // 401: the session is over. Anything else (no answer, 5xx) may pass and is the caller's to retry
        if (!(error instanceof ApiError) || error.problem.status !== 401) throw error;
        // whoever only tried single sign-on had no session that could expire
        this.#forget(this.#operator() || readStored(HINT) !== AWAY ? 'expired' : null);
        return null;
      }
    });
  }

  #finish(answer: Grant | NextStep): NextStep | null {
    if ('next' in answer) return answer;
    this.#take(answer, true);
    return null;
  }

  #take(grant: Grant, tell: boolean): string {
    const life = Math.max(5_000, grant.expiresIn * 1000 - EARLY_MS);
    this.#token = { value: grant.accessToken, until: Date.now() + life };
    this.#operator.set(grant.operator);
    this.#reason.set(null);
    writeStored(HINT, '1');
    if (tell) this.#tabs.send({ kind: 'token', grant });
    return grant.accessToken;
  }

  #heard(message: TabMessage): void {
    if (message.kind === 'signed-out') {
      if (this.#operator()) this.#forget(message.reason);
      return;
    }
    const mine = this.#operator();
    const grant = message.grant as Grant;
    // somebody else signed in there: this page keeps nothing of the former operator
    if (mine && mine.id !== grant.operator.id) return location.reload();
    this.#take(grant, false);
  }

  #forget(reason: SignOutReason | null): void {
    this.#token = null;
    writeStored(HINT, '0');
    this.#reason.set(reason);
    this.#operator.set(null);
  }
}

function canStore(): boolean {
  const works = writeStored('beseda:probe', '1');
  writeStored('beseda:probe', null);
  return works;
}
