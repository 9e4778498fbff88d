import { Injectable, computed } from '@angular/core';
import { siteList } from '../kit/site-list.js';
import { type ApiKey, type Scope } from './model.js';

/** The keys of a site. Every request rejects with ApiError. Provide it at the page. */
@Injectable()
export class ApiKeysStore {
  readonly list = siteList<ApiKey, { readonly scopes: readonly Scope[] }>({ path: 'api-keys' });
  /** Working ones first, newest first. */
  readonly sorted = computed(() =>
    [...(this.list.items() ?? [])].sort(
      (a, b) => Number(!!a.revokedAt) - Number(!!b.revokedAt) || b.createdAt.localeCompare(a.createdAt),
    ),
  );
  readonly scopes = computed(() => this.list.answer()?.scopes ?? []);

  /** Gives the secret, which is never shown again. */
  async create(name: string, scopes: readonly Scope[]): Promise<string> {
    const { key, secret } = await this.list.send<{ key: ApiKey; secret: string }>('POST', '', { name, scopes });
    this.list.put(key);
    return secret;
  }

  async revoke(key: ApiKey): Promise<void> {
    await this.list.send('DELETE', `/${key.id}`);
    this.list.put({ ...key, revokedAt: new Date().toISOString() });
  }
}
