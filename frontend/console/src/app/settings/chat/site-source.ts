import { Injectable, inject, signal } from '@angular/core';
import { Api } from '../../core/api.js';
import { type SiteSettings } from './site-settings.js';

/** Milliseconds an upload may take on a slow line. */
const UPLOAD_MS = 60_000;

/** Reads and changes the settings of a site; keeps what the server said last. Everything rejects with ApiError. */
@Injectable()
export class SiteSource {
  readonly #api = inject(Api);
  readonly #last = signal<SiteSettings | null>(null);
  readonly last = this.#last.asReadonly();

  async load(siteId: string): Promise<SiteSettings> {
    return this.#keep(await this.#api.request<SiteSettings>('GET', `/api/sites/${siteId}/settings`));
  }

  async patch(siteId: string, body: Readonly<Record<string, unknown>>): Promise<SiteSettings> {
    return this.#keep(await this.#api.request<SiteSettings>('PATCH', `/api/sites/${siteId}/settings`, body));
  }

  async setAvatar(siteId: string, picture: Blob): Promise<SiteSettings> {
    const form = new FormData();
    form.set('file', picture, picture.type === 'image/png' ? 'avatar.png' : 'avatar.jpg');
    const path = `/api/sites/${siteId}/avatar`;
    return this.#keep(await this.#api.request<SiteSettings>('PUT', path, form, { timeoutMs: UPLOAD_MS }));
  }

  async removeAvatar(siteId: string): Promise<SiteSettings> {
    return this.#keep(await this.#api.request<SiteSettings>('DELETE', `/api/sites/${siteId}/avatar`));
  }

  #keep(settings: SiteSettings): SiteSettings {
    this.#last.set(settings);
    return settings;
  }
}
