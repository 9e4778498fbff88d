import { siteScope } from '@beseda/auth';
import { Inject, Injectable } from '@nestjs/common';
import { type Who, tagKey } from '../domain/index.js';
import { DialogWriter } from './dialog-writer.js';
import { DialogStore, type KnownTag, TagCatalogue, TagProgress, type TaggedQuery } from './ports.js';

/** Dialogs looked up at once. */
const PAGE = 100;
/** Dialogs rewritten at once; those of one page are different ones. */
const AT_ONCE = 8;
const CATALOGUE: Who = { kind: 'service', id: 'dialogs' };

/**
 * Dialogs follow the catalogue of tags: a tag that got another name, became part of another one or was removed is rewritten in
 * all that carry it. Rewriting is decided under each dialog's guard and then finds it no more, so a restart goes on where the
 * last one ended and several replicas do it side by side without harm.
 */
@Injectable()
export class FollowTagsHandler {
  constructor(
    @Inject(TagCatalogue) private readonly catalogue: TagCatalogue,
    @Inject(TagProgress) private readonly progress: TagProgress,
    @Inject(DialogStore) private readonly dialogs: DialogStore,
    @Inject(DialogWriter) private readonly writer: DialogWriter,
  ) {}

  /**
   * Makes dialogs follow one tag as it is known now. Former names are looked for always: a replica that had not heard of the
   * change yet may have let one through. A removed name only until all had followed once, as it may have been given anew since.
   *
   * @param changed it has just changed here, so that nobody can have used its removed name anew yet
   * @returns how many dialogs were rewritten
   */
  async handle(siteId: string, tagId: string, changed: boolean, signal?: AbortSignal): Promise<number> {
    const tag = this.catalogue.find(siteId, tagId);
    if (!tag) return 0;
    const scope = siteScope(siteId);
    const fresh = changed || (await this.progress.followed(scope, tagId)) < tag.version;
    let rewritten = 0;
    for (const name of namesToFollow(tag, fresh)) rewritten += await this.#follow(siteId, name, signal);
    if (fresh && !signal?.aborted) await this.progress.advance(scope, tagId, tag.version);
    return rewritten;
  }

  /** Rewrites one name wherever it stands. */
  async #follow(siteId: string, name: string, signal?: AbortSignal): Promise<number> {
    const scope = siteScope(siteId);
    const key = tagKey(name);
    let rewritten = 0;
    while (!signal?.aborted) {
      const changes = this.catalogue.namesOf(siteId).changes([name]);
      if (!changes.has(key)) break;
      const present = changes.get(key);
      const respelled = present !== undefined && tagKey(present) === key;
      const query: TaggedQuery = { key, ...(respelled && { exceptSpelled: present }) };
      const found = await this.dialogs.tagged(scope, query, PAGE);
      if (found.length === 0) break;
      for (let from = 0; from < found.length && !signal?.aborted; from += AT_ONCE) {
        const order = { scope, by: CATALOGUE, wish: { type: 'rename-tags', changes } } as const;
        const some = found.slice(from, from + AT_ONCE);
        const outcomes = await Promise.all(some.map(({ id }) => this.writer.change(id, order)));
        rewritten += outcomes.filter((outcome) => 'events' in outcome && outcome.events.length > 0).length;
      }
    }
    return rewritten;
  }
}

/** A removed tag's names, or the former names of one that is there; its own in case only its spelling changed. */
function namesToFollow({ name, formerNames, removed }: KnownTag, fresh: boolean): string[] {
  if (removed) return fresh ? [...formerNames, name] : [];
  return fresh ? [...formerNames, name] : [...formerNames];
}
