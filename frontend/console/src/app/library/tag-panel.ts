import { Component, computed, effect, inject, input, output, untracked } from '@angular/core';
import { ApiError } from '@beseda/realtime';
import { Problems } from '../core/problems.js';
import { I18n } from '../i18n/i18n.js';
import { ConflictPanel } from '../kit/conflict-panel.js';
import { TextField } from '../kit/fields.js';
import { FieldNote } from '../kit/field-note.js';
import { type Versioned } from '../kit/form-types.js';
import { pick } from '../kit/paths.js';
import { all, atMost, required } from '../kit/rules.js';
import { SettingsForm } from '../kit/settings-form.js';
import { Icon } from '../ui/icon.js';
import { MAX_TAG } from './model.js';
import { TagsStore } from './tags.store.js';

interface TagDraft {
  readonly name: string;
  readonly color: string;
}

/** Colours offered: those the server gives to tags that come from dialogs. Of the user's data, so no tokens. */
const COLORS: readonly string[] = [
  0x0b6070, 0x1f5fa8, 0x5b4a9e, 0x8a3d78, 0x9a3b3b, 0xa04a1a, 0x8a5a00, 0x4d6b1f, 0x2f6f3e, 0x50606a,
].map((rgb) => `\u0023${rgb.toString(16).padStart(6, '0')}`);

const isColor = (value: unknown): boolean => typeof value === 'string' && /^\u0023[0-9a-f]{6}$/i.test(value);

/** The panel of a tag: its name and colour. */
@Component({
  selector: 'bsd-tag-panel',
  imports: [ConflictPanel, FieldNote, Icon, TextField],
  template: `
    <header class="side__h">
      <h2 class="grow">{{ title() }}</h2>
      <button
        type="button"
        class="btn btn--ico"
        [attr.aria-label]="t('library.close')"
        data-testid="panel-close"
        (click)="closed.emit()"
      >
        <bsd-icon name="x" />
      </button>
    </header>
    @if (form.ready()) {
      <form class="side__b scroll" novalidate (submit)="$event.preventDefault(); submit()">
        <bsd-conflict-panel [form]="form" />
        <bsd-text-field [field]="form.field('name')" [max]="max" />
        <div class="field">
          <label class="label" [attr.for]="form.field('color').id">{{ t('library.tag.color') }}</label>
          <div class="sw">
            <span class="sw__all sw" role="radiogroup" [attr.aria-label]="t('library.tag.colors')">
              @for (color of colors; track color) {
                <label class="sw__o" [style.--v]="color"
                  ><input
                    type="radio"
                    class="over"
                    name="tag-color"
                    [attr.aria-label]="color"
                    [value]="color"
                    [checked]="color === shown()"
                    (change)="form.field('color').set(color)"
                /></label>
              }
            </span>
            <input
              #box
              class="input mono"
              type="text"
              autocomplete="off"
              spellcheck="false"
              maxlength="7"
              data-testid="setting-color"
              [id]="form.field('color').id"
              [value]="form.field('color').value()"
              [attr.aria-invalid]="form.field('color').error() ? true : null"
              [attr.aria-describedby]="form.field('color').id + '-note'"
              (input)="form.field('color').set(box.value.trim())"
              (blur)="form.field('color').touch()"
            />
          </div>
          <bsd-field-note [forId]="form.field('color').id" [error]="form.field('color').error()" />
        </div>
        <p>
          <span class="tag" [style.--tag]="shown()">{{ form.field('name').value() || t('library.tag.sample') }}</span>
        </p>
        <button type="submit" class="sr" tabindex="-1" aria-hidden="true"></button>
      </form>
      @if (form.saveProblem(); as problem) {
        <p class="banner banner--bad side__bad" role="alert" data-testid="settings-problem">
          <bsd-icon name="circle-alert" size="m" />{{ problems.sentence(problem) }}
        </p>
      }
      <footer class="side__f">
        <span class="hint grow" role="status">{{
          form.dirty() && !isNew() ? t('settings.changed', { names: form.changedNames() }) : ''
        }}</span>
        <button
          type="button"
          class="btn btn--main"
          data-testid="settings-save"
          [attr.aria-busy]="form.saving()"
          [attr.aria-disabled]="isNew() || form.dirty() ? null : true"
          (click)="submit()"
        >
          @if (form.saving()) {
            <span class="busy" aria-hidden="true"><i></i><i></i><i></i></span>
          }
          {{ t(isNew() ? 'library.tag.create' : 'settings.save') }}
        </button>
      </footer>
    } @else if (form.problem(); as problem) {
      <div class="empty" role="alert">
        <bsd-icon name="triangle-alert" class="danger" />
        <p>{{ problems.sentence(problem) }}</p>
      </div>
    }
  `,
  host: { class: 'side', role: 'complementary', '[attr.aria-label]': 'title()', 'data-testid': 'tag-panel' },
})
export class TagPanel {
  protected readonly store = inject(TagsStore);
  protected readonly problems = inject(Problems);
  protected readonly t = inject(I18n).t;
  readonly siteId = input.required<string>();
  /** Id of the tag, or `new`. */
  readonly which = input.required<string>();
  readonly closed = output<void>();
  readonly done = output<void>();
  protected readonly max = MAX_TAG;
  protected readonly colors = COLORS;
  protected readonly isNew = computed(() => this.which() === 'new');
  protected readonly title = computed(() => this.t(this.isNew() ? 'library.tag.new' : 'library.tag.edit'));
  protected readonly form = new SettingsForm<TagDraft>({
    name: 'tag',
    fields: [
      { path: 'name', label: 'library.tag.name', rule: () => all(required, atMost(MAX_TAG)) },
      {
        path: 'color',
        label: 'library.tag.color',
        rule: () => (value) => (isColor(value) ? null : { code: 'not_a_color' }),
      },
    ],
    load: async (scope) => this.#find(scope.slice(scope.indexOf('/') + 1)),
    save: (_scope, value, changed, version) => this.#save(value, changed, version),
  });
  protected readonly shown = computed(() => this.form.draft()?.color.toLowerCase() ?? '');

  constructor() {
    effect(() => {
      const scope = `${this.siteId()}/${this.which()}`;
      untracked(() => this.form.open(scope));
    });
    effect(() => {
      const version = this.store.find(this.which())?.version;
      if (version !== undefined) untracked(() => void this.form.refresh(version));
    });
  }

  protected async submit(): Promise<void> {
    if (await this.form.save()) this.done.emit();
  }

  async #find(id: string): Promise<Versioned<TagDraft>> {
    const count = this.store.items()?.length ?? 0;
    if (id === 'new') return { version: 0, value: { name: '', color: COLORS[count % COLORS.length] ?? '' } };
    await this.store.refresh();
    const tag = this.store.find(id);
    if (!tag) throw new ApiError({ status: 404, code: 'NOT_FOUND', detail: 'No such tag' });
    return { version: tag.version, value: { name: tag.name, color: tag.color } };
  }

  async #save(value: TagDraft, changed: readonly string[], version: number): Promise<Versioned<TagDraft>> {
    const sent = { name: value.name.trim(), color: value.color.toLowerCase() };
    const tag = this.isNew()
      ? await this.store.create(sent.name, sent.color)
      : await this.store.change(this.which(), { ...pick(sent, changed), version });
    return { version: tag.version, value: { name: tag.name, color: tag.color } };
  }
}
