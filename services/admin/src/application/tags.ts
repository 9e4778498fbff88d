import type { Actor, SiteScope } from '@beseda/auth';
import { correlationId } from '@beseda/grpc';
import { LOGGER, type Logger } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import {
  type Tag,
  type TagsChanged,
  activeTag,
  activeTags,
  addUsedTags,
  createTag,
  mergeTags,
  removeTag,
  updateTag,
} from '../domain/tag.js';
import { TagsRepository } from '../infrastructure/mongo/tags.repository.js';
import { Audit } from './audit.js';

/** A change of the catalogue. */
interface Change {
  action: string;
  /** The tag it is about. */
  id: string;
  decide: (tags: readonly Tag[]) => TagsChanged;
}

const shown = (tag: Tag | undefined): object | undefined =>
  tag?.state === 'active' ? { name: tag.name, color: tag.color, formerNames: tag.formerNames } : undefined;

/** New tags among those that changed; the others lost a former name to one of them. */
const added = (changed: readonly Tag[]): Tag[] => changed.filter(({ version }) => version === 1);
const namesOf = (changed: readonly Tag[]): object => ({ names: added(changed).map(({ name }) => name) });

/** The catalogue of a site's tags. */
@Injectable()
export class Tags {
  constructor(
    private readonly tags: TagsRepository,
    private readonly audit: Audit,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** By name, as people look for them. */
  async list(scope: SiteScope): Promise<Tag[]> {
    const { tags } = await this.tags.read(scope);
    return activeTags(tags).sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
  }

  async create(actor: Actor, scope: SiteScope, name: string, color: string | undefined): Promise<Tag> {
    const id = v7();
    const given = { id, name, ...(color === undefined ? {} : { color }) };
    const decide = (tags: readonly Tag[]): TagsChanged => createTag(tags, given);
    return activeTag(await this.#change(actor, scope, { action: 'tag.created', id, decide }), id);
  }

  async update(
    actor: Actor,
    scope: SiteScope,
    { id, version, ...change }: { id: string; version: number; name?: string | undefined; color?: string | undefined },
  ): Promise<Tag> {
    const decide = (tags: readonly Tag[]): TagsChanged => updateTag(tags, id, version, change);
    return activeTag(await this.#change(actor, scope, { action: 'tag.updated', id, decide }), id);
  }

  /** @returns the tag that stays */
  async merge(actor: Actor, scope: SiteScope, id: string, intoId: string): Promise<Tag> {
    const decide = (tags: readonly Tag[]): TagsChanged => mergeTags(tags, id, intoId, new Date());
    return activeTag(await this.#change(actor, scope, { action: 'tag.merged', id: intoId, decide }), intoId);
  }

  async remove(actor: Actor, scope: SiteScope, id: string): Promise<void> {
    const decide = (tags: readonly Tag[]): TagsChanged => removeTag(tags, id, new Date());
    await this.#change(actor, scope, { action: 'tag.deleted', id, decide });
  }

  /** Adds what somebody gave to a dialog and the catalogue lacks. Done again, nothing changes. */
  async addUsed(actor: Actor | undefined, scope: SiteScope, names: readonly string[], usedAt: Date): Promise<void> {
    const decide = (tags: readonly Tag[]): ReturnType<typeof addUsedTags> => addUsedTags(tags, names, usedAt, v7);
    const known = await this.tags.read(scope);
    const { changed, leftOut } = decide(known.tags);
    if (leftOut.length > 0) {
      const fields = { site: scope.siteId, count: leftOut.length };
      this.logger.warn(fields, 'the catalogue of tags is full: names are left out');
    }
    const [first] = added(changed);
    if (!first) return;
    const about = { siteId: scope.siteId, actor, action: 'tag.added', subject: 'tag' };
    await this.audit.change(
      { ...about, subjectId: first.id, subjectName: first.name, before: { names: [] }, after: namesOf(changed) },
      async () => {
        const result = await this.tags.change(scope, correlationId(), decide);
        const [one = first] = added(result.changed);
        return { result: undefined, after: namesOf(result.changed), subjectId: one.id, subjectName: one.name };
      },
      { collection: 'tag_catalogues', id: scope.siteId, version: known.version },
    );
  }

  async #change(actor: Actor, scope: SiteScope, { action, id, decide }: Change): Promise<Tag[]> {
    const known = await this.tags.read(scope);
    const planned = decide(known.tags);
    // Refused or idle: nothing is written. Else it is decided again, on whatever the catalogue is at the write.
    if (planned.changed.length === 0) return planned.tags;
    const byId = (tags: readonly Tag[]): Tag | undefined => tags.find((tag) => tag.id === id);
    const [before, after] = [byId(known.tags), byId(planned.tags)];
    return this.audit.change(
      {
        ...{ siteId: scope.siteId, actor, action, subject: 'tag', subjectId: id },
        ...{ subjectName: after?.name ?? before?.name ?? '', before: shown(before), after: shown(after) },
      },
      async () => {
        let was: readonly Tag[] = [];
        const { tags } = await this.tags.change(scope, correlationId(), (now) => {
          was = now;
          return decide(now);
        });
        return { result: tags, before: shown(byId(was)), after: shown(byId(tags)) };
      },
      { collection: 'tag_catalogues', id: scope.siteId, version: known.version },
    );
  }
}
