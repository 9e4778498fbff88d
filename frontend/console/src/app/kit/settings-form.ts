import { DestroyRef, Injector, afterNextRender, computed, inject, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Auth } from '../core/auth.js';
import { Live } from '../core/live.js';
import { I18n } from '../i18n/i18n.js';
import { readStoredDraft, writeStoredDraft } from './draft-store.js';
import { Field } from './field.js';
import { type Conflict, type FieldSpec, type FormOptions, type FormState, type Versioned } from './form-types.js';
import { OpenForms } from './leaving.js';
import { mergeFields, readPath, same, writePath, type At, type PathOf } from './paths.js';
import { type FieldError } from './rules.js';

const TRIES = 3;

/**
 * The value of a settings page: what the server has, what was changed here, what is wrong with it. Saving carries the version; when
 * somebody saved meanwhile, fields that do not overlap are merged and saved, the others are asked about. What was typed is kept in the
 * tab over errors, reloads and a new sign-in. Make it in an injection context and `open` it with the site's id.
 */
export class SettingsForm<T extends object> {
  readonly #auth = inject(Auth);
  readonly #i18n = inject(I18n);
  readonly #injector = inject(Injector);
  readonly #paths: readonly string[];
  readonly #specs: ReadonlyMap<string, FieldSpec<T>>;
  readonly #fields = new Map<string, Field<unknown>>();
  readonly #scope = signal<string | null>(null);
  readonly #version = signal(0);
  readonly #base = signal<T | null>(null);
  readonly #draft = signal<T | null>(null);
  readonly #state = signal<FormState>('loading');
  readonly #problem = signal<ApiProblem | null>(null);
  readonly #saving = signal(false);
  readonly #saveProblem = signal<ApiProblem | null>(null);
  readonly #savedAt = signal<string | null>(null);
  readonly #restored = signal<readonly string[]>([]);
  readonly #conflicts = signal<readonly string[]>([]);
  readonly #touched = signal<ReadonlySet<string>>(new Set());
  readonly #refused = signal<ReadonlyMap<string, FieldError>>(new Map());
  readonly #blocked = signal<'invalid' | 'conflict' | null>(null);
  /** Rises with every opening: answers to an earlier one are ignored. */
  #turn = 0;
  #refreshing: Promise<void> | null = null;

  readonly state = this.#state.asReadonly();
  readonly ready = computed(() => this.#state() === 'ready');
  /** Why loading failed. */
  readonly problem = this.#problem.asReadonly();
  readonly saving = this.#saving.asReadonly();
  /** Why the last save failed; null again at the next try. */
  readonly saveProblem = this.#saveProblem.asReadonly();
  /** ISO 8601; null until something was saved or after a further change. */
  readonly savedAt = this.#savedAt.asReadonly();
  /** Why the last press of "save" sent nothing. */
  readonly blocked = this.#blocked.asReadonly();
  readonly version = this.#version.asReadonly();
  readonly draft = this.#draft.asReadonly();
  readonly base = this.#base.asReadonly();

  readonly changed = computed((): readonly string[] => {
    const [base, draft] = [this.#base(), this.#draft()];
    if (!base || !draft) return [];
    return this.#paths.filter((path) => !same(readPath(base, path), readPath(draft, path)));
  });
  readonly dirty = computed(() => this.changed().length > 0);
  readonly changedNames = computed(() => this.names(this.changed()));
  readonly restoredNames = computed(() => this.names(this.#restored().filter((path) => this.changed().includes(path))));
  readonly conflicts = computed((): readonly Conflict[] =>
    this.#conflicts().map((path) => ({
      path,
      mine: readPath(this.#draft(), path),
      theirs: readPath(this.#base(), path),
    })),
  );
  /** Paths of the fields that are wrong, seen or not. */
  readonly invalid = computed(() => this.#paths.filter((path) => this.#wrong(path) !== null));
  readonly invalidNames = computed(() => this.names(this.invalid()));

  constructor(private readonly options: FormOptions<T>) {
    this.#paths = options.fields.map((field) => field.path);
    this.#specs = new Map(options.fields.map((field) => [field.path, field]));
    const off = inject(OpenForms).add({ dirty: () => this.dirty(), discard: () => this.discard() });
    inject(DestroyRef).onDestroy(() => {
      off();
      this.#turn += 1;
    });
    inject(Live)
      .notices.pipe(takeUntilDestroyed())
      .subscribe(({ name, body }) => {
        const { kind, siteId, version } = body as { kind?: unknown; siteId?: unknown; version?: unknown };
        if (name !== 'settings.changed' || kind !== options.kind || siteId !== this.#scope()) return;
        void this.refresh(typeof version === 'number' ? version : undefined);
      });
  }

  /** A field to bind to; always the same object for a path. Only to be read while the form is ready. */
  field<P extends PathOf<T>>(path: P): Field<At<T, P>> {
    let field = this.#fields.get(path);
    if (!field) {
      field = new Field<unknown>({
        path,
        label: computed(() => this.label(path)),
        value: computed(() => readPath(this.#draft(), path)),
        error: computed(() => (this.#touched().has(path) ? this.#wrong(path) : null)),
        set: (value) => this.#set(path, value),
        touch: () => this.#touch([path]),
      });
      this.#fields.set(path, field);
    }
    return field as Field<At<T, P>>;
  }

  /** Name of a field, with its language in brackets for one of several. */
  label(path: string): string {
    const spec = this.#specs.get(path);
    if (!spec) return path;
    const name = this.#i18n.t(spec.label);
    return spec.lang ? `${name} (${this.#i18n.t(spec.lang === 'ru' ? 'lang.ru' : 'lang.en')})` : name;
  }

  /** Names of fields as they stand inside a sentence, each once. */
  names(paths: readonly string[]): string {
    const names = paths.map((path) => {
      const spec = this.#specs.get(path);
      const name = spec ? this.#i18n.t(spec.label) : path;
      return /^\p{Lu}\p{Ll}/u.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name;
    });
    return [...new Set(names)].join(', ');
  }

  /** A value in words. */
  show(path: string, value: unknown): string {
    const words = this.#specs.get(path)?.show?.(value);
    if (words !== undefined) return words;
    if (typeof value === 'boolean') return this.#i18n.t(value ? 'settings.value.on' : 'settings.value.off');
    if (Array.isArray(value)) return value.length > 0 ? value.join('\n') : this.#i18n.t('settings.value.empty');
    return value === '' || value === null || value === undefined ? this.#i18n.t('settings.value.empty') : String(value);
  }

  /** Loads the value of a site and what was typed for it earlier; the same site again changes nothing. */
  open(scope: string): void {
    if (this.#scope() === scope) return;
    this.#scope.set(scope);
    void this.reload();
  }

  /** Loads anew from nothing, after a failure. */
  async reload(): Promise<void> {
    const [scope, turn] = [this.#scope(), ++this.#turn];
    if (scope === null) return;
    this.#state.set('loading');
    this.#reset();
    try {
      const loaded = await this.options.load(scope);
      if (turn !== this.#turn) return;
      this.#version.set(loaded.version);
      this.#base.set(loaded.value);
      this.#draft.set(loaded.value);
      this.#restore(loaded.value);
      this.#state.set('ready');
    } catch (error) {
      // ApiError: said in the page, with a way to try again
      if (turn !== this.#turn) return;
      this.#problem.set(toApiProblem(error));
      this.#state.set('failed');
    }
  }

  /** Somebody may have saved: reads the newest version and merges it. A failure is found out by the next save at the latest. */
  async refresh(atLeast?: number): Promise<void> {
    if (!this.ready() || this.#saving() || (atLeast !== undefined && atLeast <= this.#version())) return;
    this.#refreshing ??= this.#fetch()
      .catch(() => undefined /* ApiError: the version stays; saving with it is refused and merges then */)
      .finally(() => {
        this.#refreshing = null;
      });
    await this.#refreshing;
  }

  /** Takes a newer version that came with another answer of the server (an upload). */
  take(loaded: Versioned<T>): void {
    if (this.ready() && loaded.version >= this.#version()) this.#adopt(loaded);
  }

  /** Sends what was changed. False when nothing was saved: the reason is in `saveProblem`, `blocked` or the fields. */
  async save(): Promise<boolean> {
    if (!this.ready() || this.#saving()) return false;
    this.#saveProblem.set(null);
    this.#touch(this.#paths);
    if (!this.#mayGo()) return false;
    if (!this.dirty()) return true;
    const turn = this.#turn;
    this.#saving.set(true);
    try {
      return await this.#send(turn);
    } catch (error) {
      // ApiError: everything typed stays, the reason is said at the button or at its field
      if (turn === this.#turn) this.#refuse(toApiProblem(error));
      return false;
    } finally {
      if (turn === this.#turn) this.#saving.set(false);
    }
  }

  /** Back to what the server has. */
  discard(): void {
    this.#draft.set(this.#base());
    this.#conflicts.set([]);
    this.#touched.set(new Set());
    this.#refused.set(new Map());
    this.#saveProblem.set(null);
    this.#blocked.set(null);
    this.#restored.set([]);
    this.#keep();
  }

  /** Ends a conflict: `mine` keeps what is in the form, `theirs` takes what was saved. Without a path: all. */
  resolve(choice: 'mine' | 'theirs', path?: string): void {
    const chosen = path === undefined ? this.#conflicts() : [path];
    this.#conflicts.update((open) => open.filter((one) => !chosen.includes(one)));
    this.#blocked.set(null);
    if (choice === 'mine') return;
    for (const one of chosen) this.#draft.update((draft) => writePath(draft, one, readPath(this.#base(), one)));
    this.#keep();
  }

  /** Shows a field and puts the focus into it. */
  async goTo(path: string): Promise<void> {
    await this.options.reveal?.(path);
    afterNextRender({ read: () => document.getElementById(Field.idOf(path))?.focus() }, { injector: this.#injector });
  }

  async #send(turn: number): Promise<boolean> {
    for (let tries = 1; ; tries += 1) {
      const [scope, sent] = [this.#scope(), this.#draft()];
      if (scope === null || sent === null) return false;
      try {
        const loaded = await this.options.save(scope, sent, this.changed(), this.#version());
        if (turn !== this.#turn) return false;
        this.#settle(loaded, sent);
        return true;
      } catch (error) {
        // somebody saved meanwhile: merge and send again; anything else is the caller's
        if (!isStale(toApiProblem(error)) || tries >= TRIES || turn !== this.#turn) throw error;
        await this.#fetch();
        if (turn !== this.#turn || !this.#mayGo()) return false;
        if (!this.dirty()) return true;
      }
    }
  }

  /** What is still typed while the save was under way stays typed. */
  #settle(loaded: Versioned<T>, sent: T): void {
    const { value } = mergeFields(this.#paths, sent, this.#draft() ?? sent, loaded.value);
    this.#version.set(loaded.version);
    this.#base.set(loaded.value);
    this.#draft.set(value);
    this.#touched.set(new Set());
    this.#refused.set(new Map());
    this.#restored.set([]);
    this.#savedAt.set(new Date().toISOString());
    this.#keep();
  }

  async #fetch(): Promise<void> {
    const [scope, turn] = [this.#scope(), this.#turn];
    if (scope === null) return;
    const loaded = await this.options.load(scope);
    if (turn === this.#turn && loaded.version > this.#version()) this.#adopt(loaded);
  }

  #adopt(theirs: Versioned<T>): void {
    const [base, draft] = [this.#base(), this.#draft()];
    if (!base || !draft) return;
    const merged = mergeFields(this.#paths, base, draft, theirs.value);
    const still = this.#conflicts().filter((path) => !same(readPath(merged.value, path), readPath(theirs.value, path)));
    this.#version.set(theirs.version);
    this.#base.set(theirs.value);
    this.#draft.set(merged.value);
    this.#conflicts.set([...new Set([...still, ...merged.conflicts])]);
    this.#keep();
  }

  #mayGo(): boolean {
    const [wrong] = this.invalid();
    if (this.#conflicts().length > 0) {
      this.#blocked.set('conflict');
      return false;
    }
    this.#blocked.set(wrong === undefined ? null : 'invalid');
    if (wrong !== undefined) void this.goTo(wrong);
    return wrong === undefined;
  }

  #refuse(problem: ApiProblem): void {
    const errors = problem.errors ?? [];
    const known = errors.flatMap((error) => {
      const path = this.#homeOf(error.path);
      return path === undefined ? [] : [[path, { code: error.code }] as const];
    });
    this.#refused.set(new Map(known));
    const [first] = known;
    if (first && known.length === errors.length) {
      this.#blocked.set('invalid');
      void this.goTo(first[0]);
    } else this.#saveProblem.set(problem);
  }

  /** The field that shows an error of the server: itself, the list it is in, or the first part of a text in several languages. */
  #homeOf(path: string): string | undefined {
    return (
      this.#paths.find((own) => own === path || path.startsWith(`${own}.`)) ??
      this.#paths.find((own) => own.startsWith(`${path}.`))
    );
  }

  #wrong(path: string): FieldError | null {
    const draft = this.#draft();
    if (!draft) return null;
    return this.#refused().get(path) ?? this.#specs.get(path)?.rule?.(draft)(readPath(draft, path)) ?? null;
  }

  #set(path: string, value: unknown): void {
    if (!this.ready() || same(readPath(this.#draft(), path), value)) return;
    this.#draft.update((draft) => writePath(draft, path, value));
    this.#savedAt.set(null);
    if (this.#refused().has(path)) {
      this.#refused.update((all) => new Map([...all].filter(([one]) => one !== path)));
    }
    if (this.#blocked() === 'invalid' && this.invalid().length === 0) this.#blocked.set(null);
    this.#keep();
  }

  #touch(paths: readonly string[]): void {
    if (paths.every((path) => this.#touched().has(path))) return;
    this.#touched.update((all) => new Set([...all, ...paths]));
  }

  #reset(): void {
    this.#version.set(0);
    this.#base.set(null);
    this.#draft.set(null);
    this.#problem.set(null);
    this.#saving.set(false);
    this.#saveProblem.set(null);
    this.#savedAt.set(null);
    this.#restored.set([]);
    this.#conflicts.set([]);
    this.#touched.set(new Set());
    this.#refused.set(new Map());
    this.#blocked.set(null);
  }

  /** What was typed before a reload or a new sign-in, merged with what was saved since. */
  #restore(theirs: T): void {
    const stored = readStoredDraft(this.#key());
    if (!stored) return;
    const paths = Object.keys(stored.mine).filter((path) => this.#specs.has(path));
    const over = (values: Readonly<Record<string, unknown>>): T =>
      paths.reduce((value, path) => writePath(value, path, values[path]), theirs);
    const merged = mergeFields(paths, over(stored.base), over(stored.mine), theirs);
    this.#draft.set(merged.value);
    this.#conflicts.set(merged.conflicts);
    this.#restored.set(paths);
    this.#touch(paths);
    this.#keep();
  }

  #keep(): void {
    const changed = this.changed();
    const of = (value: T | null): Record<string, unknown> =>
      Object.fromEntries(changed.map((path) => [path, readPath(value, path)]));
    const draft = changed.length > 0 ? { base: of(this.#base()), mine: of(this.#draft()) } : null;
    writeStoredDraft(this.#key(), draft);
  }

  #key(): string {
    return [this.#auth.operator()?.id ?? '', this.#scope() ?? '', this.options.name].join(':');
  }
}

function isStale(problem: ApiProblem): boolean {
  return problem.code === 'ABORTED' || (problem.errors ?? []).some((error) => error.code === 'stale_version');
}
