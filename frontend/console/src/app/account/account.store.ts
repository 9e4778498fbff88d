import { Injectable, inject, signal } from '@angular/core';
import { toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Api } from '../core/api.js';
import { Auth } from '../core/auth.js';
import { type Account, type SignInSession } from './model.js';

/** The own account: requests and what they answer. Every method but `load…` rejects with ApiError. Provide it at the page. */
@Injectable()
export class AccountStore {
  readonly #api = inject(Api);
  readonly #auth = inject(Auth);
  readonly #account = signal<Account | null>(null);
  readonly #problem = signal<ApiProblem | null>(null);
  readonly #sessions = signal<readonly SignInSession[] | null>(null);
  readonly #sessionsProblem = signal<ApiProblem | null>(null);

  /** Null until loaded. */
  readonly account = this.#account.asReadonly();
  readonly problem = this.#problem.asReadonly();
  readonly sessions = this.#sessions.asReadonly();
  readonly sessionsProblem = this.#sessionsProblem.asReadonly();

  async load(): Promise<Account | null> {
    this.#problem.set(null);
    try {
      return this.take(await this.#api.request<Account>('GET', '/api/account'));
    } catch (error) {
      // ApiError: said in the page, with a way to try again
      this.#problem.set(toApiProblem(error));
      return null;
    }
  }

  async loadSessions(): Promise<void> {
    this.#sessionsProblem.set(null);
    try {
      const { items } = await this.#api.request<{ items: readonly SignInSession[] }>('GET', '/api/account/sessions');
      this.#sessions.set([...items].sort((a, b) => Number(b.current) - Number(a.current)));
    } catch (error) {
      // ApiError: said at the list, with a way to try again
      this.#sessionsProblem.set(toApiProblem(error));
    }
  }

  async fetch(): Promise<Account> {
    return this.take(await this.#api.request<Account>('GET', '/api/account'));
  }

  async change(change: Readonly<Record<string, unknown>>): Promise<Account> {
    return this.take(await this.#api.request<Account>('PATCH', '/api/account', change));
  }

  async photo(picture: Blob | null): Promise<Account> {
    if (!picture) return this.take(await this.#api.request<Account>('DELETE', '/api/account/avatar'));
    const form = new FormData();
    form.set('file', picture, 'avatar');
    return this.take(await this.#api.request<Account>('PUT', '/api/account/avatar', form, { timeoutMs: 60_000 }));
  }

  async changePassword(currentPassword: string, newPassword: string): Promise<void> {
    await this.#api.request('POST', '/api/account/password', { currentPassword, newPassword });
    // the tokens given before are refused from now on
    await this.#auth.token(true);
    await this.loadSessions();
  }

  async endSession(id: string): Promise<void> {
    await this.#api.request('DELETE', `/api/account/sessions/${id}`);
    this.#sessions.update((items) => items?.filter((one) => one.id !== id) ?? null);
  }

  async endOthers(): Promise<void> {
    await this.#api.request('DELETE', '/api/account/sessions');
    this.#sessions.update((items) => items?.filter((one) => one.current) ?? null);
  }

  async startFactor(currentPassword: string): Promise<{ secret: string; uri: string }> {
    return await this.#api.request('POST', '/api/account/second-factor', { currentPassword });
  }

  async confirmFactor(code: string): Promise<readonly string[]> {
    const path = '/api/account/second-factor/confirm';
    const { recoveryCodes } = await this.#api.request<{ recoveryCodes: readonly string[] }>('POST', path, { code });
    this.#put({ secondFactor: true, recoveryCodesLeft: recoveryCodes.length });
    return recoveryCodes;
  }

  async stopFactor(code: string): Promise<void> {
    await this.#api.request('DELETE', '/api/account/second-factor', { code });
    this.#put({ secondFactor: false, recoveryCodesLeft: 0 });
  }

  async renewCodes(code: string): Promise<readonly string[]> {
    const path = '/api/account/recovery-codes';
    const { recoveryCodes } = await this.#api.request<{ recoveryCodes: readonly string[] }>('POST', path, { code });
    this.#put({ recoveryCodesLeft: recoveryCodes.length });
    return recoveryCodes;
  }

  /** The rest of the console shows the operator as they are now. */
  take(account: Account): Account {
    this.#account.set(account);
    const { name, internalName, avatarUrl } = account;
    this.#auth.update({ name, internalName, avatarUrl });
    return account;
  }

  #put(part: Partial<Account>): void {
    this.#account.update((account) => account && { ...account, ...part });
  }
}
