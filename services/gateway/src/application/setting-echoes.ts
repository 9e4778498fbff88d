import type { SettingKind } from '@beseda/settings';

/** How long a change made through this gateway may take to come back in the settings; milliseconds. */
const ECHO_MS = 1_500;

/** A setting of a site; the site is empty for operators, who belong to the installation. */
export interface SettingAddress {
  kind: SettingKind;
  siteId: string;
  id: string;
}

/** The part of a copy of settings that is used here. */
interface WatchedCopy {
  version(id: string, siteId: string): number | undefined;
  get(id: string, siteId: string): unknown;
  onChange(listener: () => void): () => void;
}

/**
 * Lets an answer wait until this process's copies have the change it tells of, so that the caller's next request sees it.
 * Gives up quietly: the change is made, only its echo is late.
 */
export class SettingEchoes {
  constructor(private readonly copies: { of(kind: SettingKind): WatchedCopy }) {}

  /** Until the copy has this version or a later one. */
  async reached({ kind, siteId, id }: SettingAddress, version: number): Promise<void> {
    const copy = this.copies.of(kind);
    await this.#until(kind, () => (copy.version(id, siteId) ?? 0) >= version);
  }

  /** Until the copy has it no more. */
  async gone({ kind, siteId, id }: SettingAddress): Promise<void> {
    const copy = this.copies.of(kind);
    await this.#until(kind, () => copy.get(id, siteId) === undefined);
  }

  async #until(kind: SettingKind, seen: () => boolean): Promise<void> {
    if (seen()) return;
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        off();
        resolve();
      };
      const timer = setTimeout(finish, ECHO_MS);
      const off = this.copies.of(kind).onChange(() => {
        if (seen()) finish();
      });
    });
  }
}
