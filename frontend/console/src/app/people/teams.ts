import { Component, ViewEncapsulation, computed, inject } from '@angular/core';
import { MatMenuModule } from '@angular/material/menu';
import { type Team } from '../core/model.js';
import { Toasts } from '../core/toast.js';
import { I18n } from '../i18n/i18n.js';
import { ListPage } from '../kit/list-page.js';
import { Panels } from '../kit/panels.js';
import { RowActions } from '../kit/row-actions.js';
import { Avatar } from '../ui/avatar.js';
import { Icon } from '../ui/icon.js';
import { OperatorsStore } from './operators.store.js';
import { TeamPanel } from './team-panel.js';

/** Faces shown in a row before "+N". */
const FACES = 6;

/** Groups of operators: for handing out dialogs, shared replies and visibility. */
@Component({
  selector: 'bsd-teams',
  imports: [Avatar, Icon, ListPage, MatMenuModule, RowActions, TeamPanel],
  templateUrl: './teams.html',
  styleUrl: './people.scss',
  encapsulation: ViewEncapsulation.None,
  providers: [OperatorsStore, Panels],
  host: { class: 'frame' },
})
export class Teams {
  readonly #toasts = inject(Toasts);
  protected readonly panels = inject(Panels);
  protected readonly store = inject(OperatorsStore);
  protected readonly t = inject(I18n).t;
  protected readonly rows = computed(() =>
    [...this.store.teams()]
      .sort((a, b) => a.name.localeCompare(b.name))
      .map((team) => {
        const people = team.operatorIds.flatMap((id) => this.store.list.find(id) ?? []);
        return {
          team,
          faces: people.slice(0, FACES),
          more: Math.max(0, people.length - FACES),
          names: people.map((one) => one.name).join(', '),
          count: this.t('people.teams.count', { n: people.length }),
        };
      }),
  );

  protected async remove(team: Team): Promise<void> {
    const { name } = team;
    await this.panels.act({
      question: {
        title: this.t('people.teams.deleteTitle', { name }),
        text: this.t('people.teams.deleteText'),
        action: this.t('people.teams.deleteGo'),
      },
      run: async () => {
        await this.store.sendTeam('DELETE', team.id);
        this.panels.gone(team.id);
        this.#toasts.show({ text: this.t('people.teams.deleted', { name }) });
      },
      failed: (reason) => this.t('people.actionFailed', { name, reason }),
    });
  }
}
