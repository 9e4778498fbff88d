import { type WritableSignal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Sites } from '../core/sites.js';
import { refused, setUp, settle, type FakeApi, type FakeLive } from '../testing/setup.js';
import { type ReplyDraft, type Tag } from './model.js';
import { RepliesStore, audienceOf, audienceValue } from './replies.store.js';
import { ReplyLibrary } from './reply-library.js';
import { TagCatalogue } from './tag-catalogue.js';

let api: FakeApi;
let live: FakeLive;

beforeEach(async () => {
  ({ api, live } = await setUp({ providers: [RepliesStore] }));
});

describe('ReplyLibrary', () => {
  it('asks again only when the list is older than half a minute or was changed', async () => {
    api.on('GET', /saved-replies$/, () => ({ items: [] }));
    const library = TestBed.inject(ReplyLibrary);
    const clock = jest.spyOn(Date, 'now');
    clock.mockReturnValue(1_000_000);
    await library.open('s1');
    clock.mockReturnValue(1_029_000);
    await library.open('s1');
    expect(api.count('GET', /saved-replies/)).toBe(1);
    clock.mockReturnValue(1_031_000);
    await library.open('s1');
    library.forget();
    await library.open('s1');
    await library.open('s2');
    clock.mockRestore();
    expect(api.count('GET', /saved-replies/)).toBe(4);
  });

  it('keeps what it has when asking fails, and says so when it has nothing', async () => {
    const library = TestBed.inject(ReplyLibrary);
    await library.open('s1');
    expect(library.problem()?.code).toBe('NOT_FOUND');
    api.on('GET', /saved-replies$/, () => ({ items: [] }));
    await library.open('s1');
    expect([library.problem(), library.items()]).toEqual([null, []]);
  });
});

describe('TagCatalogue', () => {
  const tag = (name: string, color: string, version = 1): Tag => ({ id: 't1', version, name, color });

  it('knows colours whatever the case, and follows a renaming under the old name', async () => {
    let items = [tag('Возврат', 'red')];
    api.on('GET', /tags$/, () => ({ items }));
    const catalogue = TestBed.inject(TagCatalogue);
    await settle(() => catalogue.items().length === 1, 'the tags');
    expect([catalogue.color('возврат'), catalogue.color('Опт'), catalogue.nameOf('Опт')]).toEqual(['red', null, 'Опт']);
    items = [tag('Обмен', 'blue', 2)];
    live.notices.next({ name: 'settings.changed', body: { kind: 'tag', siteId: 's1', id: 't1', version: 2 } });
    await settle(() => catalogue.nameOf('Возврат') === 'Обмен', 'the new name');
    expect(catalogue.color('Возврат')).toBe('blue');
  });
});

describe('RepliesStore', () => {
  const draft: ReplyDraft = { title: ' A ', text: 'x', folder: '', audience: 'team:t1', files: [] };

  it('names fields of the form in errors of a list of one', async () => {
    const errors = [{ path: 'items.0.fileIds.1', code: 'unknown_file', message: '' }];
    api.on('POST', /saved-replies$/, () => {
      throw refused(400, 'INVALID_ARGUMENT', { errors });
    });
    const store = TestBed.inject(RepliesStore);
    await expect(store.create(draft)).rejects.toMatchObject({ problem: { errors: [{ path: 'files.1' }] } });
    expect(api.calls.at(-1)?.body).toEqual({
      items: [{ title: 'A', text: 'x', folder: '', audience: { kind: 'team', teamId: 't1' }, fileIds: [] }],
    });
  });

  it('shows an operator only personal ones and asks for no more', async () => {
    const items = (['everyone', 'personal'] as const).map((kind) => ({ id: kind, folder: '', audience: { kind } }));
    api.on('GET', /saved-replies/, () => ({ items }));
    (TestBed.inject(Sites).current as WritableSignal<unknown>).set({
      id: 's1',
      name: 'Лесная тропа',
      role: 'operator',
    });
    const store = TestBed.inject(RepliesStore);
    await settle(() => store.list.items() !== null, 'the replies');
    expect(store.list.items()?.map((one) => one.id)).toEqual(['personal']);
    expect(api.calls.filter(({ path }) => /saved|teams/.test(path)).map(({ path }) => path)).toEqual([
      '/api/sites/s1/saved-replies',
    ]);
  });

  it('takes an order back that was refused', async () => {
    const items = ['a', 'b', 'c'].map((id) => ({ id, folder: '', audience: { kind: 'everyone' } }));
    api.on('GET', /saved-replies/, () => ({ items })).on('GET', /teams/, () => ({ items: [] }));
    const store = TestBed.inject(RepliesStore);
    await settle(() => store.list.items() !== null, 'the replies');
    const order = store.order(['c', 'a']);
    expect(store.list.items()?.map((one) => one.id)).toEqual(['c', 'b', 'a']);
    await expect(order).rejects.toMatchObject({ problem: { status: 404 } });
    expect(store.list.items()?.map((one) => one.id)).toEqual(['a', 'b', 'c']);
  });

  it('turns audiences into choices and back', () => {
    for (const value of ['everyone', 'personal', 'team:x:y']) expect(audienceValue(audienceOf(value))).toBe(value);
  });
});
