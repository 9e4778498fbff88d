import type { SiteScope } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { InjectModel, MongoRepository, isDuplicateKey } from '@beseda/mongo';
import { type Outbox, assertOutboxRoom, pushToOutbox } from '@beseda/outbox';
import { Inject } from '@nestjs/common';
import type { Model } from 'mongoose';
import { v7 } from 'uuid';
import type { Tag, TagsChanged } from '../../domain/tag.js';
import type { TagCatalogueDocument, TagEntry } from './site.documents.js';

/** Token of the outbox that publishes tags. */
export const TAGS_OUTBOX = Symbol('TAGS_OUTBOX');

/** Of many who change one catalogue at once, each round lets one through. */
const ATTEMPTS = 50;

/** A catalogue and the version it was read at; 0: nothing was ever in it. */
export interface Catalogue {
  version: number;
  tags: Tag[];
}

/** Catalogues of tags, one document a site: whatever touches several tags is one write all the same. */
@MongoRepository()
export class TagsRepository {
  constructor(
    @InjectModel('TagCatalogue') private readonly catalogues: Model<TagCatalogueDocument>,
    @Inject(TAGS_OUTBOX) private readonly outbox: Outbox<TagCatalogueDocument>,
  ) {}

  async read({ siteId }: SiteScope): Promise<Catalogue> {
    const found = await this.catalogues
      .findById(siteId, { version: 1, tags: 1 })
      .lean<Pick<TagCatalogueDocument, 'version' | 'tags'>>();
    return { version: found?.version ?? 0, tags: found?.tags ?? [] };
  }

  /**
   * Changes a catalogue and publishes the tags that became different.
   * @param decide may be called several times, each time with what the catalogue is by then; what it throws ends the change
   */
  async change<R extends TagsChanged>(
    scope: SiteScope,
    correlationId: string,
    decide: (tags: readonly Tag[]) => R,
  ): Promise<R> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const found = await this.catalogues.findById(scope.siteId).lean<TagCatalogueDocument>();
      const result = decide(found?.tags ?? []);
      if (result.changed.length === 0) return result;
      const entries = entriesOf(scope.siteId, found?.seq ?? 0, result.changed, correlationId);
      const stored = await (found ? this.#replace(found, result.tags, entries) : this.#insert(result.tags, entries));
      if (!stored) continue;
      this.outbox.drain(stored);
      return result;
    }
    throw appError('ABORTED', 'Too many people change the tags at once.');
  }

  /** Undefined: somebody was faster. */
  async #replace(
    found: TagCatalogueDocument,
    tags: Tag[],
    entries: TagEntry[],
  ): Promise<TagCatalogueDocument | undefined> {
    assertOutboxRoom(found.outbox, entries);
    const seq = found.seq + entries.length;
    const stored = await this.catalogues
      .findOneAndUpdate(
        { _id: found._id, seq: found.seq },
        { $set: { tags, seq, version: seq }, ...pushToOutbox(entries, new Date()) },
        { returnDocument: 'after' },
      )
      .lean<TagCatalogueDocument>();
    return stored ?? undefined;
  }

  /** Undefined: somebody was faster. */
  async #insert(tags: Tag[], entries: TagEntry[]): Promise<TagCatalogueDocument | undefined> {
    const [first] = entries;
    if (!first) return undefined;
    const { siteId } = first;
    const seq = entries.length;
    const document = { _id: siteId, siteId, seq, version: seq, tags, outbox: entries, outboxSince: new Date() };
    try {
      await this.catalogues.create(document);
      return document;
    } catch (error) {
      // There is one catalogue a site: it was made meanwhile.
      if (isDuplicateKey(error)) return undefined;
      throw error;
    }
  }

  /** Every tag of every site with those that are gone, for the copies of other services. */
  async all(): Promise<{ siteId: string; tag: Tag }[]> {
    const found = await this.catalogues
      .find({}, { tags: 1 })
      .sort({ _id: 1 })
      .lean<Pick<TagCatalogueDocument, '_id' | 'tags'>[]>();
    return found.flatMap(({ _id, tags }) => tags.map((tag) => ({ siteId: _id, tag })));
  }
}

const entriesOf = (siteId: string, seq: number, changed: readonly Tag[], correlationId: string): TagEntry[] =>
  changed.map((tag, index) => ({ _id: v7(), siteId, seq: seq + index + 1, correlationId, tag }));
