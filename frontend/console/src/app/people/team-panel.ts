import { Component, computed, inject, input, signal } from '@angular/core';
import { type Team } from '../core/model.js';
import { I18n } from '../i18n/i18n.js';
import { TextField } from '../kit/fields.js';
import { itemForm } from '../kit/item-form.js';
import { Panels } from '../kit/panels.js';
import { all, atMost, required } from '../kit/rules.js';
import { SidePanel } from '../kit/side-panel.js';
import { Avatar } from '../ui/avatar.js';
import { Icon } from '../ui/icon.js';
import { OperatorsStore } from './operators.store.js';

/** Longest name of a team, characters. */
const MAX_NAME = 60;
/** More people than this get a search. */
const SEARCH_FROM = 8;

type TeamDraft = Pick<Team, 'name' | 'operatorIds'>;

/** The panel of a team: its name and who is in it. */
@Component({
  selector: 'bsd-team-panel',
  imports: [Avatar, Icon, SidePanel, TextField],
  template: `
    <bsd-side-panel
      data-testid="team-panel"
      [heading]="t(isNew() ? 'people.teams.new' : 'people.teams.edit')"
      [action]="t(isNew() ? 'people.teams.create' : 'people.panel.save')"
      [form]="form"
      (go)="submit()"
    >
      @if (form.ready()) {
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
      }
    </bsd-side-panel>
  `,
})
export class TeamPanel {
  readonly #panels = inject(Panels);
  readonly #store = inject(OperatorsStore);
  protected readonly t = inject(I18n).t;
  /** Id of the team, or `new`. */
  readonly which = input.required<string>();
  protected readonly searchFrom = SEARCH_FROM;
  protected readonly q = signal('');
  protected readonly isNew = computed(() => this.which() === 'new');
  protected readonly people = computed(() =>
    (this.#store.list.items() ?? []).filter((one) => !one.disabled || this.form.draft()?.operatorIds.includes(one.id)),
  );
  protected readonly found = computed(() => {
    const q = this.q().trim().toLocaleLowerCase();
    return this.people().filter((one) => `${one.name}\n${one.email}`.toLocaleLowerCase().includes(q));
  });
  protected readonly form = itemForm<TeamDraft, Team>({
    name: 'team',
    fields: [
      { path: 'name', label: 'people.teams.name', rule: () => all(required, atMost(MAX_NAME)) },
      {
        path: 'operatorIds',
        label: 'people.teams.members',
        show: (ids) => (ids as readonly string[]).map((id) => this.#store.list.find(id)?.name ?? id).join(', '),
      },
    ],
    id: this.which,
    list: this.#store.teamList,
    blank: () => ({ name: '', operatorIds: [] }),
    draftOf: ({ name, operatorIds }) => ({ name, operatorIds }),
    create: (team) => this.#store.sendTeam('POST', '', team),
    change: (id, change) => this.#store.sendTeam('PATCH', id, change),
  });

  protected toggle(id: string): void {
    const field = this.form.field('operatorIds');
    const ids = field.value();
    field.set(ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id]);
  }

  protected async submit(): Promise<void> {
    if (await this.form.save()) this.#panels.done(this.t('people.panel.saved'));
  }
}
