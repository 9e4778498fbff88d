import { Component, computed, inject, input } from '@angular/core';
import { MatMenuModule } from '@angular/material/menu';
import { RouterLink } from '@angular/router';
import { type Team } from '../core/model.js';
import { I18n } from '../i18n/i18n.js';
import { type Field } from '../kit/field.js';
import { FieldNote } from '../kit/field-note.js';
import { Icon } from '../ui/icon.js';

/** Teams of a person as chips; a menu adds further ones. */
@Component({
  selector: 'bsd-teams-field',
  imports: [FieldNote, Icon, MatMenuModule, RouterLink],
  template: `
    <span class="label" [id]="field().id + '-label'">{{ t('people.panel.teams') }}</span>
    @if (teams().length === 0) {
      <span class="hint"
        >{{ t('people.panel.noTeams') }}
        <a [routerLink]="['/sites', siteId(), 'settings', 'teams']">{{ t('people.panel.toTeams') }}</a></span
      >
    } @else {
      <div
        class="input chips"
        role="group"
        [attr.aria-labelledby]="field().id + '-label'"
        [attr.data-testid]="field().testId"
      >
        @for (team of chosen(); track team.id) {
          <span class="chip"
            ><span class="cut">{{ team.name }}</span
            ><button
              type="button"
              [attr.aria-label]="t('people.panel.removeTeam', { name: team.name })"
              (click)="remove(team.id)"
            >
              <bsd-icon name="x" size="s" /></button
          ></span>
        }
        @if (others().length > 0) {
          <button
            type="button"
            class="btn btn--s chips__add"
            [id]="field().id"
            [matMenuTriggerFor]="menu"
            data-testid="add-to-team"
          >
            <bsd-icon name="plus" size="s" />{{ t('people.panel.addTeam') }}
          </button>
        }
      </div>
      <mat-menu #menu="matMenu">
        @for (team of others(); track team.id) {
          <button mat-menu-item type="button" [attr.data-team-id]="team.id" (click)="add(team.id)">
            <span class="mi"
              ><span class="mi__t">{{ team.name }}</span></span
            >
          </button>
        }
      </mat-menu>
    }
    <bsd-field-note [forId]="field().id" [error]="field().error()" />
  `,
  host: { class: 'field' },
})
export class TeamsField {
  protected readonly t = inject(I18n).t;
  readonly siteId = input.required<string>();
  readonly field = input.required<Field<readonly string[]>>();
  readonly teams = input.required<readonly Team[]>();
  protected readonly chosen = computed(() => this.teams().filter((team) => this.field().value().includes(team.id)));
  protected readonly others = computed(() => this.teams().filter((team) => !this.field().value().includes(team.id)));

  protected add(id: string): void {
    this.field().set([...this.field().value(), id]);
  }

  protected remove(id: string): void {
    this.field().set(
      this.field()
        .value()
        .filter((one) => one !== id),
    );
  }
}
