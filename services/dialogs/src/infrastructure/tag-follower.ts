import { setTimeout as delay } from 'node:timers/promises';
import { runInContext } from '@beseda/grpc';
import { toMongoAppError } from '@beseda/mongo';
import { LOGGER, type Logger } from '@beseda/service-defaults';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { FollowTagsHandler } from '../application/follow-tags.handler.js';
import { newId } from '../application/ids.js';
import { TagCatalogue } from '../application/ports.js';

/** Pause before a tag that failed is tried again; milliseconds, doubled each time up to the second. */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

interface Task {
  siteId: string;
  tagId: string;
  /** It changed while this process ran. */
  changed: boolean;
}

/** Lets dialogs follow tags one after another: all of them at the start, then those that change. Every replica does. */
@Injectable()
export class TagFollower implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #stop = new AbortController();
  readonly #waiting = new Map<string, Task>();
  #off: (() => void) | undefined;
  #running: Promise<void> | undefined;

  constructor(
    @Inject(FollowTagsHandler) private readonly handler: FollowTagsHandler,
    @Inject(TagCatalogue) private readonly catalogue: TagCatalogue,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#off = this.catalogue.onChange((siteId, tagId) => this.#add({ siteId, tagId, changed: true }));
    for (const tag of this.catalogue.all()) this.#add({ ...tag, changed: false });
  }

  async onModuleDestroy(): Promise<void> {
    this.#off?.();
    this.#stop.abort();
    await this.#running;
  }

  #add(task: Task): void {
    const key = `${task.siteId}:${task.tagId}`;
    this.#waiting.set(key, { ...task, changed: task.changed || (this.#waiting.get(key)?.changed ?? false) });
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    for (let pause = FIRST_PAUSE_MS; !signal.aborted;) {
      const [next] = this.#waiting;
      if (!next) return;
      const [key, task] = next;
      this.#waiting.delete(key);
      if (await this.#once(task)) {
        pause = FIRST_PAUSE_MS;
        continue;
      }
      // Behind the others, unless it has changed again meanwhile: then what waits is the newer task.
      if (!this.#waiting.has(key)) this.#waiting.set(key, task);
      await delay(pause, undefined, { signal, ref: false }).catch(() => undefined); // aborted: stop
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }

  async #once({ siteId, tagId, changed }: Task): Promise<boolean> {
    const work = () => this.handler.handle(siteId, tagId, changed, this.#stop.signal);
    try {
      const dialogs = await runInContext({ correlationId: newId() }, work);
      if (dialogs > 0) this.logger.info({ siteId, tagId, dialogs }, 'dialogs follow a tag of the catalogue');
      return true;
    } catch (error) {
      // An outage, or dialogs others were changing all the time: what is rewritten stays so, and the rest is tried again.
      this.logger.warn({ siteId, tagId, err: toMongoAppError(error) }, 'dialogs could not follow a tag');
      return false;
    }
  }
}
