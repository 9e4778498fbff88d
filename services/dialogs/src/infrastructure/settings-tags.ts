import { InjectSettings, SettingsCopy } from '@beseda/settings';
import { Injectable } from '@nestjs/common';
import { type KnownTag, TagCatalogue } from '../application/ports.js';
import { TagNames } from '../domain/index.js';

/** The catalogue of tags out of the copies of settings. */
@Injectable()
export class SettingsTags extends TagCatalogue {
  /** Names of a site, made when they are asked for and until one of its tags changes. */
  readonly #names = new Map<string, TagNames>();
  readonly #sites = new Map<string, Set<string>>();

  constructor(@InjectSettings('tag') private readonly tags: SettingsCopy<'tag'>) {
    super();
    this.tags.onChange(({ siteId, id }) => {
      this.#names.delete(siteId);
      const ids = this.#sites.get(siteId) ?? new Set();
      this.#sites.set(siteId, ids.add(id));
    });
  }

  find(siteId: string, tagId: string): KnownTag | undefined {
    const [tag, version] = [this.tags.get(tagId, siteId), this.tags.version(tagId, siteId)];
    return tag && version !== undefined ? { ...tag, version } : undefined;
  }

  namesOf(siteId: string): TagNames {
    let names = this.#names.get(siteId);
    if (!names) this.#names.set(siteId, (names = new TagNames(this.tags.list(siteId))));
    return names;
  }

  all(): { siteId: string; tagId: string }[] {
    return [...this.#sites].flatMap(([siteId, ids]) => [...ids].map((tagId) => ({ siteId, tagId })));
  }

  onChange(listener: (siteId: string, tagId: string) => void): () => void {
    return this.tags.onChange(({ siteId, id }) => listener(siteId, id));
  }
}
