import { effect, inject, untracked } from '@angular/core';
import { ApiError } from '@beseda/realtime';
import { Sites } from '../core/sites.js';
import { type FieldSpec, type Versioned } from './form-types.js';
import { pick } from './paths.js';
import { SettingsForm } from './settings-form.js';
import { type ItemSource } from './site-list.js';

/** How the form of a panel reaches the items of its list. */
interface ItemFormOptions<D, T> {
  /** Name of the form within its site: the draft is kept under it. */
  readonly name: string;
  readonly fields: readonly FieldSpec<D>[];
  /** Id of the item, or `new`. */
  readonly id: () => string;
  readonly list: ItemSource<T>;
  /** What a new one begins with. */
  readonly blank: () => D;
  readonly draftOf: (item: T) => D;
  /** What is sent of what was typed: texts without the spaces around them, unless told. */
  readonly tidy?: (value: D) => D;
  /** Rejects with ApiError. */
  readonly create: (value: D) => Promise<unknown>;
  /** `change` holds what was changed and the version; the list has the new state afterwards. Rejects with ApiError. */
  readonly change: (id: string, change: Readonly<Record<string, unknown>>, value: D) => Promise<unknown>;
}

/** Texts without the spaces around them. */
function trimmed<D extends object>(value: D): D {
  const parts = Object.entries(value).map(([name, part]: [string, unknown]) => [
    name,
    typeof part === 'string' ? part.trim() : part,
  ]);
  return Object.fromEntries(parts) as D;
}

/** The form of an item of a list, or of a new one. What others change comes in by itself. Make it in an injection context. */
export function itemForm<D extends object, T extends { readonly version: number }>(
  options: ItemFormOptions<D, T>,
): SettingsForm<D> {
  const { list, draftOf } = options;
  const siteId = inject(Sites).currentId;
  const versioned = (item: T): Versioned<D> => ({ version: item.version, value: draftOf(item) });
  const form: SettingsForm<D> = new SettingsForm<D>({
    name: options.name,
    fields: options.fields,
    load: async (scope) => {
      const id = scope.slice(scope.indexOf('/') + 1);
      if (id === 'new') return { version: 0, value: options.blank() };
      // a list that others' changes come into is asked only for what is newer still
      const known = list.live ? list.find(id) : undefined;
      if (!known || known.version <= form.version()) await list.fetch();
      const item = list.find(id);
      if (!item) throw new ApiError({ status: 404, code: 'NOT_FOUND', detail: 'No such item' });
      return versioned(item);
    },
    save: async (_scope, value, changed, version) => {
      const [id, sent] = [options.id(), (options.tidy ?? trimmed)(value)];
      if (id === 'new') {
        await options.create(sent);
        return { version: 1, value };
      }
      await options.change(id, { ...pick(sent, changed), version }, sent);
      const item = list.find(id);
      return item ? versioned(item) : { version, value: sent };
    },
  });
  effect(() => {
    const scope = `${siteId()}/${options.id()}`;
    untracked(() => form.open(scope));
  });
  effect(() => {
    const version = list.find(options.id())?.version;
    if (version !== undefined) untracked(() => void form.refresh(version));
  });
  return form;
}
