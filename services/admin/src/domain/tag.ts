import { LIMITS } from '@beseda/api';
import { appError, invalidField } from '@beseda/errors';
import { staleVersion } from './versions.js';

/** Tags in the catalogue of a site. */
export const MAX_TAGS = 500;

/** Marks of tags that are gone; beyond these the oldest are forgotten. Far more than anybody deletes while a copy is late. */
const MAX_GONE = 2_000;

/** Given in turn to tags nobody chose a colour for; each is readable under white text. */
export const TAG_PALETTE = [
  '#0b6070',
  '#1f5fa8',
  '#5b4a9e',
  '#8a3d78',
  '#9a3b3b',
  '#a04a1a',
  '#8a5a00',
  '#4d6b1f',
  '#2f6f3e',
  '#50606a',
] as const;

/**
 * A tag of a site's catalogue. One that is gone stays as a mark, so that a late copy does not bring it back: `removed`, and
 * dialogs lose it; `merged`, and the tag it was merged into has its names.
 */
export interface Tag {
  id: string;
  version: number;
  name: string;
  /** `#rrggbb`. */
  color: string;
  /** Names it had, and names of tags merged into it. */
  formerNames: string[];
  state: 'active' | 'removed' | 'merged';
  /** When it went; absent while it is active. */
  removedAt?: Date;
}

/** A catalogue after a change, and the tags that differ from before. */
export interface TagsChanged {
  tags: Tag[];
  changed: Tag[];
}

/** A name as it is kept: no blanks around or doubled inside; undefined when it is none. */
export function cleanTagName(text: string): string | undefined {
  const name = text.normalize('NFC').trim().replace(/\s+/g, ' ');
  return name !== '' && [...name].length <= LIMITS.tagName ? name : undefined;
}

/** How names are compared: upper and lower case are one. */
export const tagKey = (name: string): string => name.toLowerCase();

const has = (names: readonly string[], name: string): boolean => names.some((one) => tagKey(one) === tagKey(name));
const without = (names: readonly string[], name: string): string[] =>
  names.filter((one) => tagKey(one) !== tagKey(name));

export const activeTags = (tags: readonly Tag[]): Tag[] => tags.filter(({ state }) => state === 'active');

/** An active tag. @throws AppError NOT_FOUND when there is none. */
export function activeTag(tags: readonly Tag[], id: string): Tag {
  const tag = activeTags(tags).find((one) => one.id === id);
  if (!tag) throw appError('NOT_FOUND', 'There is no such tag.');
  return tag;
}

const UNCHANGED = (tags: readonly Tag[]): TagsChanged => ({ tags: [...tags], changed: [] });

/** Puts tags in the place of their earlier states, each a version higher; new ones come last. */
function put(tags: readonly Tag[], wanted: readonly Tag[]): TagsChanged {
  const known = new Map(tags.map((tag) => [tag.id, tag]));
  const changed = wanted.map((tag) => ({ ...tag, version: (known.get(tag.id)?.version ?? 0) + 1 }));
  const byId = new Map(changed.map((tag) => [tag.id, tag]));
  const kept = tags.map((tag) => byId.get(tag.id) ?? tag);
  return { tags: withoutOldest([...kept, ...changed.filter(({ id }) => !known.has(id))]), changed };
}

function withoutOldest(tags: Tag[]): Tag[] {
  const gone = tags.filter(({ state }) => state !== 'active');
  if (gone.length <= MAX_GONE) return tags;
  const time = ({ removedAt }: Tag): number => removedAt?.getTime() ?? 0;
  const kept = new Set(gone.sort((a, b) => time(b) - time(a)).slice(0, MAX_GONE));
  return tags.filter((tag) => tag.state === 'active' || kept.has(tag));
}

/** Tags other than one that had a name formerly: they lose it to whoever has it now. */
const losers = (tags: readonly Tag[], id: string, name: string): Tag[] =>
  tags
    .filter((tag) => tag.id !== id && has(tag.formerNames, name))
    .map((tag) => ({ ...tag, formerNames: without(tag.formerNames, name) }));

function assertFree(tags: readonly Tag[], id: string, name: string): void {
  if (!activeTags(tags).some((tag) => tag.id !== id && tagKey(tag.name) === tagKey(name))) return;
  const message = 'There is a tag with this name already.';
  throw appError('ALREADY_EXISTS', message, { fields: [{ path: 'name', code: 'already_exists', message }] });
}

const nextColor = (tags: readonly Tag[]): string => TAG_PALETTE[tags.length % TAG_PALETTE.length] ?? TAG_PALETTE[0];

/** Adds a tag. @param color undefined: the next of the palette */
export function createTag(tags: readonly Tag[], given: { id: string; name: string; color?: string }): TagsChanged {
  const { id, name, color = nextColor(tags) } = given;
  assertFree(tags, id, name);
  if (activeTags(tags).length >= MAX_TAGS) {
    const message = `There may be at most ${MAX_TAGS} tags.`;
    throw appError('FAILED_PRECONDITION', message, { fields: [{ path: 'name', code: 'too_many', message }] });
  }
  return put(tags, [...losers(tags, id, name), { id, version: 0, name, color, formerNames: [], state: 'active' }]);
}

/**
 * Renames or recolours a tag; dialogs follow by the names it had.
 * @param version the version the change was made to; 0: whatever it is now
 * @throws AppError ABORTED when it was changed meanwhile
 */
export function updateTag(
  tags: readonly Tag[],
  id: string,
  version: number,
  change: { name?: string | undefined; color?: string | undefined },
): TagsChanged {
  const tag = activeTag(tags, id);
  const { name = tag.name, color = tag.color } = change;
  if (name === tag.name && color === tag.color) return UNCHANGED(tags);
  if (version !== 0 && version !== tag.version) throw staleVersion();
  if (tagKey(name) === tagKey(tag.name)) return put(tags, [{ ...tag, name, color }]);
  assertFree(tags, id, name);
  const formerNames = [...without(without(tag.formerNames, name), tag.name), tag.name];
  return put(tags, [...losers(tags, id, name), { ...tag, name, color, formerNames }]);
}

/** Merges a tag into another: dialogs with the one have the other. Done already: nothing changes. */
export function mergeTags(tags: readonly Tag[], id: string, intoId: string, now: Date): TagsChanged {
  if (id === intoId) throw invalidField('intoId', 'invalid_value', 'A tag cannot be merged into itself.');
  const into = activeTag(tags, intoId);
  const gone = tags.find((tag) => tag.id === id && tag.state === 'merged');
  if (gone && has(into.formerNames, gone.name)) return UNCHANGED(tags);
  const tag = activeTag(tags, id);
  const names = [...tag.formerNames, tag.name];
  const formerNames = [...into.formerNames.filter((name) => !has(names, name)), ...without(names, into.name)];
  return put(tags, [
    { ...into, formerNames },
    { ...tag, formerNames: [], state: 'merged', removedAt: now },
  ]);
}

/** Takes a tag out of the catalogue: dialogs lose it. Done already: nothing changes. */
export function removeTag(tags: readonly Tag[], id: string, now: Date): TagsChanged {
  if (tags.some((tag) => tag.id === id && tag.state !== 'active')) return UNCHANGED(tags);
  return put(tags, [{ ...activeTag(tags, id), state: 'removed', removedAt: now }]);
}

/**
 * Adds names that somebody gave to a dialog and that the catalogue lacks. A name that a tag has or had is known, whatever
 * its case. A removed tag's name is new again only if it was given after the removal: a late event brings nothing back.
 */
export function addUsedTags(
  tags: readonly Tag[],
  names: readonly string[],
  usedAt: Date,
  newId: () => string,
): TagsChanged & { leftOut: string[] } {
  let result: TagsChanged = { tags: [...tags], changed: [] };
  const leftOut: string[] = [];
  for (const given of names) {
    const name = cleanTagName(given);
    if (name === undefined || isKnown(result.tags, name, usedAt)) continue;
    if (activeTags(result.tags).length >= MAX_TAGS) {
      leftOut.push(name);
      continue;
    }
    const added = createTag(result.tags, { id: newId(), name });
    result = { tags: added.tags, changed: [...result.changed, ...added.changed] };
  }
  return { ...result, leftOut };
}

const isKnown = (tags: readonly Tag[], name: string, usedAt: Date): boolean =>
  tags.some(
    (tag) =>
      (tagKey(tag.name) === tagKey(name) || has(tag.formerNames, name)) &&
      (tag.state === 'active' || (tag.removedAt !== undefined && usedAt <= tag.removedAt)),
  );
