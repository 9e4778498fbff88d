import { Injector, runInInjectionContext, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Auth } from '../core/auth.js';
import { refused, setUp, settle, type FakeLive } from '../testing/setup.js';
import { I18n } from '../i18n/i18n.js';
import { type Versioned } from './form-types.js';
import { OpenForms } from './leaving.js';
import { pick } from './paths.js';
import { atMost, required } from './rules.js';
import { SettingsForm } from './settings-form.js';

interface Value {
  readonly name: string;
  readonly look: { readonly color: string; readonly title: { readonly ru: string; readonly en: string } };
  readonly open: boolean;
}

const FIRST: Value = { name: 'Лес', look: { color: 'red', title: { ru: 'Привет', en: 'Hello' } }, open: false };

/** A server with one value; `before` runs when a save has arrived and is not judged yet. */
class Server {
  now: Versioned<Value> = { version: 1, value: FIRST };
  readonly bodies: Readonly<Record<string, unknown>>[] = [];
  loads = 0;
  before: () => Promise<void> | void = () => undefined;
  failLoad: Error | null = null;

  somebodySaves(part: Partial<Value>): void {
    this.now = { version: this.now.version + 1, value: { ...this.now.value, ...part } };
  }

  async load(): Promise<Versioned<Value>> {
    this.loads += 1;
    if (this.failLoad) throw this.failLoad;
    return this.now;
  }

  async save(value: Value, changed: readonly string[], version: number): Promise<Versioned<Value>> {
    await this.before();
    if (version !== this.now.version) {
      throw refused(409, 'ABORTED', { errors: [{ path: 'version', code: 'stale_version', message: '' }] });
    }
    this.bodies.push(pick(value, changed));
    this.somebodySaves(value);
    return this.now;
  }
}

let server: Server;
let live: FakeLive;

async function make(): Promise<SettingsForm<Value>> {
  const form = runInInjectionContext(
    TestBed.inject(Injector),
    () =>
      new SettingsForm<Value>({
        name: 'spec',
        kind: 'site',
        fields: [
          { path: 'name', label: 'login.email', rule: () => required },
          { path: 'look.color', label: 'nav.theme' },
          { path: 'look.title.ru', label: 'nav.language', lang: 'ru', rule: () => atMost(10) },
          { path: 'look.title.en', label: 'nav.language', lang: 'en', rule: () => atMost(10) },
          { path: 'open', label: 'nav.dialogs' },
        ],
        load: () => server.load(),
        save: (_scope, value, changed, version) => server.save(value, changed, version),
      }),
  );
  form.open('s1');
  await settle(() => form.state() !== 'loading', 'form loaded');
  return form;
}

beforeEach(async () => {
  sessionStorage.clear();
  server = new Server();
  ({ live } = await setUp());
  await TestBed.inject(I18n).need(['settings']);
});

describe('a form', () => {
  it('knows what was changed, names it and sends no more than that', async () => {
    const form = await make();
    expect(form.dirty()).toBe(false);
    form.field('look.title.ru').set('Здравствуйте');
    form.field('look.title.ru').set('Салют');
    form.field('look.title.en').set('Hi');
    form.field('open').set(true);
    expect(form.changed()).toEqual(['look.title.ru', 'look.title.en', 'open']);
    expect(form.changedNames()).toBe('язык, диалоги');
    expect(await form.save()).toBe(true);
    expect(server.bodies).toEqual([{ look: { title: { ru: 'Салют', en: 'Hi' } }, open: true }]);
    expect(form.dirty()).toBe(false);
    expect(form.version()).toBe(2);
    expect(form.savedAt()).not.toBeNull();
  });

  it('is unchanged again when the old value is typed back', async () => {
    const form = await make();
    form.field('name').set('Лесная тропа');
    form.field('name').set('Лес');
    expect(form.dirty()).toBe(false);
  });

  it('says what is wrong once a field was left, then with every letter', async () => {
    const form = await make();
    const field = form.field('look.title.ru');
    field.set('слишком длинно');
    expect(field.error()).toBeNull();
    field.touch();
    expect(field.error()).toMatchObject({ code: 'too_long', params: { max: 10 } });
    field.set('коротко');
    expect(field.error()).toBeNull();
    field.set('снова слишком длинно');
    expect(field.error()).not.toBeNull();
  });

  it('sends nothing while a field is wrong', async () => {
    const form = await make();
    form.field('name').set(' ');
    expect(await form.save()).toBe(false);
    expect(form.blocked()).toBe('invalid');
    expect(form.field('name').error()).toEqual({ code: 'required' });
    expect(server.bodies).toEqual([]);
    form.field('name').set('Тропа');
    expect(form.blocked()).toBeNull();
  });

  it('shows errors of the server at their fields until they are edited', async () => {
    const form = await make();
    form.field('name').set('Занято');
    server.before = () => {
      throw refused(400, 'INVALID_ARGUMENT', { errors: [{ path: 'name', code: 'already_exists', message: '' }] });
    };
    expect(await form.save()).toBe(false);
    expect(form.field('name').error()).toEqual({ code: 'already_exists' });
    expect(form.saveProblem()).toBeNull();
    form.field('name').set('Свободно');
    expect(form.field('name').error()).toBeNull();
  });

  it('puts an error inside a list or a text in two languages to the field that holds it, and keeps others for the bar', async () => {
    const form = await make();
    form.field('name').set('x');
    const answer = (path: string) => () => {
      throw refused(400, 'INVALID_ARGUMENT', { errors: [{ path, code: 'invalid_value', message: '' }] });
    };
    server.before = answer('name.3');
    await form.save();
    expect(form.field('name').error()).toEqual({ code: 'invalid_value' });
    server.before = answer('look.title');
    form.field('name').set('y');
    await form.save();
    expect(form.field('look.title.ru').error()).toEqual({ code: 'invalid_value' });
    server.before = answer('elsewhere');
    form.field('look.title.ru').set('z');
    await form.save();
    expect(form.saveProblem()?.errors).toHaveLength(1);
  });

  it('keeps what is typed while a save is under way', async () => {
    const form = await make();
    form.field('name').set('Первое');
    server.before = () => form.field('name').set('Второе');
    expect(await form.save()).toBe(true);
    expect(server.now.value.name).toBe('Первое');
    expect(form.field('name').value()).toBe('Второе');
    expect(form.changed()).toEqual(['name']);
  });
});

describe('somebody else saves', () => {
  it('other fields: both changes stay, and the save goes through by itself', async () => {
    const form = await make();
    form.field('name').set('Моё');
    server.somebodySaves({ open: true });
    expect(await form.save()).toBe(true);
    expect(server.now.value).toMatchObject({ name: 'Моё', open: true });
    expect(server.bodies).toEqual([{ name: 'Моё' }]);
    expect(form.conflicts()).toEqual([]);
  });

  it('the same field: both versions are shown, nothing is sent until it is decided', async () => {
    const form = await make();
    form.field('name').set('Моё');
    form.field('open').set(true);
    server.somebodySaves({ name: 'Их', look: { ...FIRST.look, color: 'blue' } });
    expect(await form.save()).toBe(false);
    expect(form.conflicts()).toEqual([{ path: 'name', mine: 'Моё', theirs: 'Их' }]);
    expect(form.field('look.color').value()).toBe('blue');
    expect(await form.save()).toBe(false);
    expect(form.blocked()).toBe('conflict');
    expect(server.bodies).toEqual([]);
    form.resolve('mine', 'name');
    expect(await form.save()).toBe(true);
    expect(server.now.value).toMatchObject({ name: 'Моё', open: true, look: { color: 'blue' } });
  });

  it('the same field: taking theirs leaves the rest of what was typed', async () => {
    const form = await make();
    form.field('name').set('Моё');
    form.field('open').set(true);
    server.somebodySaves({ name: 'Их' });
    await form.save();
    form.resolve('theirs');
    expect(form.field('name').value()).toBe('Их');
    expect(form.changed()).toEqual(['open']);
  });

  it('the same value: no conflict', async () => {
    const form = await make();
    form.field('name').set('Одно и то же');
    server.somebodySaves({ name: 'Одно и то же' });
    expect(await form.save()).toBe(true);
    expect(form.dirty()).toBe(false);
    expect(server.bodies).toEqual([]);
  });

  it('an answer that got lost: the next save finds that it was done', async () => {
    const form = await make();
    form.field('name').set('Моё');
    server.before = () => {
      server.before = () => undefined;
      server.somebodySaves({ name: 'Моё' });
      throw refused(0, 'NETWORK');
    };
    expect(await form.save()).toBe(false);
    expect(form.saveProblem()?.code).toBe('NETWORK');
    expect(form.field('name').value()).toBe('Моё');
    expect(await form.save()).toBe(true);
    expect(form.dirty()).toBe(false);
  });

  it('is heard live: without overlap silently, with overlap as a conflict; other sites and kinds are not', async () => {
    const form = await make();
    form.field('open').set(true);
    const say = (body: unknown): void => live.notices.next({ name: 'settings.changed', body });
    server.somebodySaves({ name: 'Их' });
    say({ kind: 'site', siteId: 's2', id: 's2', version: 2 });
    say({ kind: 'tag', siteId: 's1', id: 't', version: 2 });
    say({ kind: 'site', siteId: 's1', id: 's1', version: 1 });
    expect(server.loads).toBe(1);
    say({ kind: 'site', siteId: 's1', id: 's1', version: 2 });
    await settle(() => form.field('name').value() === 'Их', 'their change');
    expect(form.conflicts()).toEqual([]);
    expect(form.changed()).toEqual(['open']);
    form.field('name').set('Моё');
    server.somebodySaves({ name: 'Снова их' });
    say({ kind: 'site', siteId: 's1', id: 's1', version: 3 });
    await settle(() => form.conflicts().length === 1, 'conflict');
    expect(form.conflicts()[0]).toEqual({ path: 'name', mine: 'Моё', theirs: 'Снова их' });
    // they go back to what is typed here: nothing is left to decide
    server.somebodySaves({ name: 'Моё' });
    say({ kind: 'site', siteId: 's1', id: 's1', version: 4 });
    await settle(() => form.conflicts().length === 0, 'conflict over');
  });

  it('gives up after three races in a row and keeps everything', async () => {
    const form = await make();
    form.field('name').set('Моё');
    server.before = () => server.somebodySaves({ open: !server.now.value.open });
    expect(await form.save()).toBe(false);
    expect(form.saveProblem()?.code).toBe('ABORTED');
    expect(form.field('name').value()).toBe('Моё');
  });
});

describe('a draft', () => {
  it('survives a reload, a dropped connection and a new sign-in', async () => {
    const first = await make();
    first.field('name').set('Недосохранённое');
    server.before = () => {
      throw refused(0, 'NETWORK');
    };
    await first.save();
    const second = await make();
    expect(second.field('name').value()).toBe('Недосохранённое');
    expect(second.restoredNames()).toBe('почта');
    expect(second.dirty()).toBe(true);
  });

  it('meets what was saved meanwhile: conflict where it overlaps, merge where not', async () => {
    const first = await make();
    first.field('name').set('Моё');
    first.field('look.color').set('green');
    server.somebodySaves({ name: 'Их', open: true });
    const second = await make();
    expect(second.conflicts()).toEqual([{ path: 'name', mine: 'Моё', theirs: 'Их' }]);
    expect(second.field('look.color').value()).toBe('green');
    expect(second.field('open').value()).toBe(true);
  });

  it('is gone after a save and after it was thrown away', async () => {
    const form = await make();
    form.field('name').set('Раз');
    await form.save();
    expect(sessionStorage.length).toBe(0);
    form.field('name').set('Два');
    expect(sessionStorage.length).toBe(1);
    form.discard();
    expect(sessionStorage.length).toBe(0);
    expect(form.field('name').value()).toBe('Раз');
  });

  it('belongs to one operator', async () => {
    const form = await make();
    form.field('name').set('Секрет Марины');
    TestBed.resetTestingModule();
    await setUp({
      providers: [
        {
          provide: Auth,
          useValue: { operator: signal({ id: 'op-other' }), signedIn: signal(true), reason: signal(null) },
        },
      ],
    });
    await TestBed.inject(I18n).need(['settings']);
    expect((await make()).dirty()).toBe(false);
  });

  it('damaged in storage is as none', async () => {
    const form = await make();
    form.field('name').set('x');
    const key = sessionStorage.key(0) ?? '';
    sessionStorage.setItem(key, '{"mine":');
    expect((await make()).dirty()).toBe(false);
  });

  it('makes the page ask before it is left, until it is saved or thrown away', async () => {
    const forms = TestBed.inject(OpenForms);
    const form = await make();
    expect(forms.dirty()).toBe(false);
    form.field('name').set('x');
    expect(forms.dirty()).toBe(true);
    const event = new Event('beforeunload', { cancelable: true });
    window.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(true);
    forms.discard();
    expect(forms.dirty()).toBe(false);
  });
});

describe('loading', () => {
  it('that fails says so and can be tried again', async () => {
    server.failLoad = refused(503, 'UNAVAILABLE');
    const form = await make();
    expect(form.state()).toBe('failed');
    expect(form.problem()?.code).toBe('UNAVAILABLE');
    server.failLoad = null;
    await form.reload();
    expect(form.ready()).toBe(true);
    expect(form.field('name').value()).toBe('Лес');
  });

  it('of another site forgets the first', async () => {
    const form = await make();
    form.field('name').set('Для первого');
    form.open('s2');
    await settle(() => form.ready(), 'second site');
    expect(form.dirty()).toBe(false);
    form.open('s1');
    await settle(() => form.ready() && form.dirty(), 'draft of the first site');
    expect(form.field('name').value()).toBe('Для первого');
  });
});
