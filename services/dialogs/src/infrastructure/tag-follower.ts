import { runInContext } from '@beseda/grpc';
import { toMongoAppError } from '@beseda/mongo';
import { LOGGER, type Logger, Timers } from '@beseda/service-defaults';
import type { Repetition } from '@beseda/timers';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { FollowTagsHandler } from '../application/follow-tags.handler.js';
import { newId } from '../application/ids.js';
import { TagCatalogue } from '../application/ports.js';

/** Tags that change wake the work; this is how long it may sleep when none does, milliseconds. */
const IDLE_MS = 60_000;
/** Pause before a tag that failed is tried again. */
const BACKOFF = { firstMs: 200, longestMs: 5_000 };

interface Task {
  siteId: string;
  tagId: string;
  /** It changed while this process ran. */
  changed: boolean;
}

/** Lets dialogs follow tags one after another: all of them at the start, then those that change. Every replica does. */
@Injectable()
export class TagFollower implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #waiting = new Map<string, Task>();
  #off: (() => void) | undefined;
  #following: Repetition | undefined;

  constructor(
    @Inject(FollowTagsHandler) private readonly handler: FollowTagsHandler,
    @Inject(TagCatalogue) private readonly catalogue: TagCatalogue,
    @Inject(Timers) private readonly timers: Timers,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#off = this.catalogue.onChange((siteId, tagId) => this.#add({ siteId, tagId, changed: true }));
    for (const tag of this.catalogue.all()) this.#add({ ...tag, changed: false });
    this.#following = this.timers.every({
      name: 'tags',
      ms: IDLE_MS,
      backoff: BACKOFF,
      failed: 'dialogs could not follow a tag',
      run: (stop) => this.#next(stop),
    });
  }

  onModuleDestroy(): void {
    this.#off?.();
  }

  #add(task: Task): void {
    const key = `${task.siteId}:${task.tagId}`;
    this.#waiting.set(key, { ...task, changed: task.changed || (this.#waiting.get(key)?.changed ?? false) });
    this.#following?.wake();
  }

  /** Follows one tag; whether there are more. */
  async #next(stop: AbortSignal): Promise<boolean> {
    const [next] = this.#waiting;
    if (!next) return false;
    const [key, task] = next;
    const { siteId, tagId } = task;
    this.#waiting.delete(key);
    try {
      const work = () => this.handler.handle(siteId, tagId, task.changed, stop);
      const dialogs = await runInContext({ correlationId: newId() }, work);
      if (dialogs > 0) this.logger.info({ siteId, tagId, dialogs }, 'dialogs follow a tag of the catalogue');
    } catch (error) {
      // An outage, or dialogs others were changing all the time: what is rewritten stays so, and the rest is tried again,
      // behind the others, unless the tag has changed again meanwhile: then what waits is the newer task.
      if (!this.#waiting.has(key)) this.#waiting.set(key, task);
      throw toMongoAppError(error);
    }
    return this.#waiting.size > 0;
  }
}
