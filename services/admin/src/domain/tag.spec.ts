import { describe, expect, it } from '@jest/globals';
import {
  MAX_TAGS,
  TAG_PALETTE,
  type Tag,
  activeTags,
  addUsedTags,
  cleanTagName,
  createTag,
  mergeTags,
  removeTag,
  updateTag,
} from './tag.js';

const tag = (id: string, name: string, more: Partial<Tag> = {}): Tag => ({
  ...{ id, name, version: 1, color: '#111111', formerNames: [], state: 'active' },
  ...more,
});
const NOW = new Date('2026-11-25T00:00:00Z');
const later = (ms: number): Date => new Date(NOW.getTime() + ms);
const byId = (tags: readonly Tag[], id: string): Tag | undefined => tags.find((one) => one.id === id);

describe('names of tags', () => {
  it('lose blanks, and have 1 to 40 characters', () => {
    expect(cleanTagName('  two   words ')).toBe('two words');
    expect(cleanTagName('😀'.repeat(40))).toBe('😀'.repeat(40));
    expect([' ', 'x'.repeat(41)].map(cleanTagName)).toEqual([undefined, undefined]);
  });
});

describe('making a tag', () => {
  it('takes the next colour of the palette, or the one given', () => {
    const first = createTag([], { id: 'a', name: 'VIP' });
    expect(first.changed).toEqual([tag('a', 'VIP', { color: TAG_PALETTE[0] })]);
    expect(createTag(first.tags, { id: 'b', name: 'Return' }).changed[0]?.color).toBe(TAG_PALETTE[1]);
    expect(createTag(first.tags, { id: 'b', name: 'Return', color: '#abcdef' }).changed[0]?.color).toBe('#abcdef');
  });

  it('refuses a name that is there, whatever its case', () => {
    expect(() => createTag([tag('a', 'VIP')], { id: 'b', name: 'vip' })).toThrow('already');
  });

  it('takes a former name away from who had it', () => {
    const { tags, changed } = createTag([tag('a', 'New', { formerNames: ['Old', 'Older'] })], { id: 'b', name: 'OLD' });
    expect(byId(tags, 'a')).toMatchObject({ version: 2, formerNames: ['Older'] });
    expect(changed.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('ends at the limit, in which those that are gone do not count', () => {
    const many = Array.from({ length: MAX_TAGS }, (_, i) => tag(`t${i}`, `tag ${i}`));
    expect(() => createTag(many, { id: 'x', name: 'one more' })).toThrow('at most 500');
    const { tags } = removeTag(many, 't0', NOW);
    expect(activeTags(createTag(tags, { id: 'x', name: 'one more' }).tags)).toHaveLength(MAX_TAGS);
  });
});

describe('changing a tag', () => {
  it('keeps the name it had; back again, it is no former name any more', () => {
    const there = updateTag([tag('a', 'Old')], 'a', 1, { name: 'New' });
    expect(there.changed).toEqual([tag('a', 'New', { version: 2, formerNames: ['Old'] })]);
    const back = updateTag(there.tags, 'a', 2, { name: 'old' });
    expect(back.changed).toEqual([tag('a', 'old', { version: 3, formerNames: ['New'] })]);
  });

  it('to another case of the same name leaves no former name', () => {
    expect(updateTag([tag('a', 'vip')], 'a', 1, { name: 'VIP' }).changed[0]).toMatchObject({ formerNames: [] });
  });

  it('is refused when it was made to an older version, unless it changes nothing', () => {
    const tags = [tag('a', 'New', { version: 2 })];
    expect(() => updateTag(tags, 'a', 1, { color: '#222222' })).toThrow('meanwhile');
    expect(updateTag(tags, 'a', 1, { name: 'New' }).changed).toEqual([]);
    expect(updateTag(tags, 'a', 0, { name: 'Newer' }).changed).toMatchObject([{ name: 'Newer', version: 3 }]);
    expect(() => updateTag(tags, 'b', 1, { name: 'x' })).toThrow('no such tag');
    expect(() => updateTag([...tags, tag('b', 'Other')], 'a', 2, { name: 'OTHER' })).toThrow('already');
  });
});

describe('merging', () => {
  it('gives all names to the one that stays, once each and without its own', () => {
    const tags = [
      tag('a', 'Refund', { formerNames: ['Return', 'Money back'] }),
      tag('b', 'return', { formerNames: ['Refund'] }),
    ];
    const merged = mergeTags(tags, 'a', 'b', NOW);
    expect(byId(merged.tags, 'b')).toMatchObject({ version: 2, formerNames: ['Money back', 'Refund'] });
    expect(byId(merged.tags, 'a')).toMatchObject({ version: 2, state: 'merged', formerNames: [] });
    expect(mergeTags(merged.tags, 'a', 'b', NOW).changed).toEqual([]);
    expect(() => mergeTags(tags, 'a', 'a', NOW)).toThrow('itself');
    expect(() => mergeTags(merged.tags, 'b', 'a', NOW)).toThrow('no such tag');
  });
});

describe('names that dialogs have', () => {
  let next = 0;
  const used = (tags: readonly Tag[], names: string[], at = NOW): Tag[] =>
    addUsedTags(tags, names, at, () => `new${next++}`).changed;

  it('come into the catalogue, once, whatever their case', () => {
    expect(used([], ['VIP', 'vip', ' Return '])).toMatchObject([{ name: 'VIP' }, { name: 'Return' }]);
    expect(used([tag('a', 'VIP')], ['vip'])).toEqual([]);
  });

  it('that a tag had before are its', () => {
    expect(used([tag('a', 'New', { formerNames: ['Old'] })], ['OLD'])).toEqual([]);
  });

  it('of a removed tag are new only when given after the removal', () => {
    const { tags } = removeTag([tag('a', 'VIP', { formerNames: ['Important'] })], 'a', NOW);
    expect(used(tags, ['VIP', 'important'], NOW)).toEqual([]);
    expect(used(tags, ['VIP'], later(1))).toMatchObject([{ name: 'VIP', version: 1 }]);
  });

  it('are left out when the catalogue is full', () => {
    const many = Array.from({ length: MAX_TAGS - 1 }, (_, i) => tag(`t${i}`, `tag ${i}`));
    const { changed, leftOut } = addUsedTags(many, ['one', 'two', 'tag 1'], NOW, () => `n${next++}`);
    expect(changed).toMatchObject([{ name: 'one' }]);
    expect(leftOut).toEqual(['two']);
  });

  it('leave tombstones behind that do not grow for ever', () => {
    let tags: Tag[] = [];
    for (let i = 0; i < 2_010; i++) {
      tags = createTag(tags, { id: `t${i}`, name: `tag ${i}` }).tags;
      tags = removeTag(tags, `t${i}`, later(i)).tags;
    }
    expect(tags).toHaveLength(2_000);
    expect(tags[0]?.id).toBe('t10');
  });
});
