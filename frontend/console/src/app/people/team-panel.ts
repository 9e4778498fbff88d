import {
  Component,
  ElementRef,
  Injector,
  afterNextRender,
  computed,
  effect,
  inject,
  input,
  output,
  signal,
  untracked,
} from '@angular/core';
import { ApiError } from '@beseda/realtime';
import { Problems } from '../core/problems.js';
import { I18n } from '../i18n/i18n.js';
import { ConflictPanel } from '../kit/conflict-panel.js';
import { TextField } from '../kit/fields.js';
import { type Versioned } from '../kit/form-types.js';
import { pick } from '../kit/paths.js';
import { all, atMost, required } from '../kit/rules.js';
import { SettingsForm } from '../kit/settings-form.js';
import { Avatar } from '../ui/avatar.js';
import { Icon } from '../ui/icon.js';
import { OperatorsStore } from './operators.store.js';

/** Longest name of a team, characters. */
const MAX_NAME = 60;
/** More people than this get a search. */
const SEARCH_FROM = 8;

interface TeamDraft {
  readonly name: string;
  readonly operatorIds: readonly string[];
}

/** The panel of a team: its name and who is in it. */
@Component({
  selector: 'bsd-team-panel',
  imports: [Avatar, ConflictPanel, Icon, TextField],
  template: `
    <header class="side__h">
      <h2 class="grow">{{ title() }}</h2>
      <button
        type="button"
        class="btn btn--ico"
        [attr.aria-label]="t('people.panel.close')"
        data-testid="panel-close"
        (click)="closed.emit()"
      >
        <bsd-icon name="x" />
      </button>
    </header>
    @if (form.ready()) {
      <form class="side__b scroll" novalidate (submit)="$event.preventDefault(); submit()">
        <bsd-conflict-panel [form]="form" />
        <bsd-text-field [field]="form.field('name')" />
        <div class="field" role="group" aria-labelledby="team-members">
          <span class="label" id="team-members">{{ t('people.teams.members') }}</span>
          @if (people().length > searchFrom) {
            <label class="search"
              ><bsd-icon name="search" size="m" /><input
                #search
                type="text"
                autocomplete="off"
                [placeholder]="t('people.searchHint')"
                [attr.aria-label]="t('people.teams.find')"
                [value]="q()"
                (input)="q.set(search.value)"
            /></label>
          }
          <div class="members" data-testid="setting-operatorIds">
            @for (person of found(); track person.id) {
              <label class="member">
                <input
                  type="checkbox"
                  [checked]="form.field('operatorIds').value().includes(person.id)"
                  [attr.data-operator-id]="person.id"
                  (change)="toggle(person.id)"
                />
                <bsd-avatar size="s" [seed]="person.id" [name]="person.name" [avatarUrl]="person.avatarUrl" />
                <span class="grow cut"
                  ><span class="label cut member__n">{{ person.name }}</span
                  ><span class="meta cut member__n">{{ person.email }}</span></span
                >
              </label>
            } @empty {
              <span class="hint">{{ t('people.teams.nobody') }}</span>
            }
          </div>
        </div>
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
          {{ t(isNew() ? 'people.teams.create' : 'people.panel.save') }}
        </button>
      </footer>
    } @else if (form.problem(); as problem) {
      <div class="empty" role="alert">
        <bsd-icon name="triangle-alert" class="danger" />
        <p>{{ problems.sentence(problem) }}</p>
      </div>
    }
  `,
  host: { class: 'side', role: 'complementary', '[attr.aria-label]': 'title()', 'data-testid': 'team-panel' },
})
export class TeamPanel {
  protected readonly store = inject(OperatorsStore);
  protected readonly problems = inject(Problems);
  protected readonly t = inject(I18n).t;
  readonly siteId = input.required<string>();
  /** Id of the team, or `new`. */
  readonly which = input.required<string>();
  readonly closed = output<void>();
  readonly done = output<void>();
  protected readonly searchFrom = SEARCH_FROM;
  protected readonly q = signal('');
  protected readonly isNew = computed(() => this.which() === 'new');
  protected readonly title = computed(() => this.t(this.isNew() ? 'people.teams.new' : 'people.teams.edit'));
  protected readonly people = computed(() =>
    (this.store.items() ?? []).filter((one) => !one.disabled || this.form.draft()?.operatorIds.includes(one.id)),
  );
  protected readonly found = computed(() => {
    const q = this.q().trim().toLocaleLowerCase();
    return this.people().filter((one) => `${one.name}\n${one.email}`.toLocaleLowerCase().includes(q));
  });
  protected readonly form = new SettingsForm<TeamDraft>({
    name: 'team',
    fields: [
      { path: 'name', label: 'people.teams.name', rule: () => all(required, atMost(MAX_NAME)) },
      {
        path: 'operatorIds',
        label: 'people.teams.members',
        show: (ids) => (ids as readonly string[]).map((id) => this.store.find(id)?.name ?? id).join(', '),
      },
    ],
    load: async (scope) => this.#find(scope.slice(scope.indexOf('/') + 1)),
    save: (_scope, value, changed, version) => this.#save(value, changed, version),
  });

  constructor() {
    const element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
    const injector = inject(Injector);
    // not at opening: a team that is read first has no field yet
    effect(() => {
      if (!this.form.ready()) return;
      afterNextRender(() => element.querySelector<HTMLElement>('input[type=text]')?.focus(), { injector });
    });
    effect(() => {
      const scope = `${this.siteId()}/${this.which()}`;
      untracked(() => this.form.open(scope));
    });
    effect(() => {
      const version = this.store.teams().find((team) => team.id === this.which())?.version;
      if (version !== undefined) untracked(() => void this.form.refresh(version));
    });
  }

  protected toggle(id: string): void {
    const field = this.form.field('operatorIds');
    const ids = field.value();
    field.set(ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id]);
  }

  protected async submit(): Promise<void> {
    if (await this.form.save()) this.done.emit();
  }

  async #find(id: string): Promise<Versioned<TeamDraft>> {
    if (id === 'new') return { version: 0, value: { name: '', operatorIds: [] } };
    await this.store.refresh();
    const team = this.store.teams().find((one) => one.id === id);
    if (!team) throw new ApiError({ status: 404, code: 'NOT_FOUND', detail: 'No such team' });
    return { version: team.version, value: { name: team.name, operatorIds: team.operatorIds } };
  }

  async #save(value: TeamDraft, changed: readonly string[], version: number): Promise<Versioned<TeamDraft>> {
    const sent = { ...value, name: value.name.trim() };
    if (this.isNew()) {
      await this.store.createTeam(sent.name, sent.operatorIds);
      return { version: 1, value };
    }
    await this.store.changeTeam(this.which(), { ...pick(sent, changed), version });
    return await this.#find(this.which());
  }
}
