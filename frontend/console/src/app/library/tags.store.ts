import { Injectable, inject } from '@angular/core';
import { Api } from '../core/api.js';
import { siteList } from '../kit/site-list.js';
import { type Tag } from './model.js';
import { TagCatalogue } from './tag-catalogue.js';

/** The catalogue of tags for the page that manages it. Every request rejects with ApiError. Provide it at the page. */
@Injectable()
export class TagsStore {
  readonly #api = inject(Api);
  readonly #catalogue = inject(TagCatalogue);
  readonly list = siteList<Tag>({ path: 'tags', live: ['tag'], load: (siteId) => this.#load(siteId) });

  async create(tag: { readonly name: string; readonly color: string }): Promise<void> {
    await this.list.send('POST', '', tag);
    await this.list.refresh();
  }

  async change(id: string, change: Readonly<Record<string, unknown>>): Promise<void> {
    this.list.put(await this.list.send<Tag>('PATCH', `/${id}`, change));
    await this.list.refresh();
  }

  async merge(id: string, intoId: string): Promise<void> {
    await this.list.send('POST', `/${id}/merge`, { intoId });
    this.list.drop(id);
    await this.list.refresh();
  }

  async remove(id: string): Promise<void> {
    await this.list.send('DELETE', `/${id}`);
    this.list.drop(id);
    await this.list.refresh();
  }

  async #load(siteId: string): Promise<{ readonly items: readonly Tag[] }> {
    const answer = await this.#api.request<{ items: readonly Tag[] }>('GET', `/api/sites/${siteId}/tags?usage=1`);
    this.#catalogue.put(answer.items);
    return answer;
  }
}
