import {
  Component,
  DestroyRef,
  ElementRef,
  ViewEncapsulation,
  computed,
  effect,
  inject,
  input,
  signal,
  untracked,
} from '@angular/core';
import { MatMenuModule } from '@angular/material/menu';
import { Title } from '@angular/platform-browser';
import { toApiProblem } from '@beseda/realtime';
import { Hotkeys } from '../core/hotkeys.js';
import { type Team } from '../core/model.js';
import { Problems } from '../core/problems.js';
import { Toasts } from '../core/toast.js';
import { I18n } from '../i18n/i18n.js';
import { Confirm } from '../kit/confirm.js';
import { SettingsHead } from '../kit/head.js';
import { OpenForms } from '../kit/leaving.js';
import { Avatar } from '../ui/avatar.js';
import { delayed } from '../ui/delayed.js';
import { Icon } from '../ui/icon.js';
import { OperatorsStore } from './operators.store.js';
import { TeamPanel } from './team-panel.js';

/** Faces shown in a row before "+N". */
const FACES = 6;

/** Groups of operators: for handing out dialogs, shared replies and visibility. */
@Component({
  selector: 'bsd-teams',
  imports: [Avatar, Icon, MatMenuModule, SettingsHead, TeamPanel],
  templateUrl: './teams.html',
  styleUrl: './people.scss',
  encapsulation: ViewEncapsulation.None,
  providers: [OperatorsStore],
  host: { class: 'frame' },
})
export class Teams {
  readonly #toasts = inject(Toasts);
  readonly #confirm = inject(Confirm);
  readonly #forms = inject(OpenForms);
  readonly #host = inject<ElementRef<HTMLElement>>(ElementRef);
  protected readonly store = inject(OperatorsStore);
  protected readonly problems = inject(Problems);
  protected readonly t = inject(I18n).t;
  readonly siteId = input.required<string>();
  protected readonly panel = signal<string | null>(null);
  protected readonly trouble = signal<string | null>(null);
  protected readonly skeleton = delayed(() => this.store.loading(), 150);
  protected readonly rows = computed(() =>
    [...this.store.teams()]
      .sort((a, b) => a.name.localeCompare(b.name))
      .map((team) => {
        const people = team.operatorIds.map((id) => this.store.find(id)).filter((one) => one !== undefined);
        return {
          team,
          faces: people.slice(0, FACES),
          more: Math.max(0, people.length - FACES),
          names: people.map((one) => one.name).join(', '),
          count: this.t('people.teams.count', { n: people.length }),
        };
      }),
  );

  constructor() {
    const title = inject(Title);
    effect(() => title.setTitle(`${this.t('people.teams.title')} · ${this.t('app.name')}`));
    effect(() => {
      const siteId = this.siteId();
      untracked(() => void this.store.open(siteId));
    });
    const off = inject(Hotkeys).add({
      key: 'Escape',
      inFields: true,
      run: (event) => {
        if (this.panel() === null) return;
        event.preventDefault();
        void this.close();
      },
    });
    inject(DestroyRef).onDestroy(off);
  }

  protected async show(id: string): Promise<void> {
    if (this.panel() === id || !(await this.#mayLeave())) return;
    this.panel.set(id);
  }

  protected async close(): Promise<void> {
    const id = this.panel();
    if (id === null || !(await this.#mayLeave())) return;
    this.panel.set(null);
    const selector = id === 'new' ? '[data-testid=add-team]' : `[data-actions-of="${id}"]`;
    this.#host.nativeElement.querySelector<HTMLElement>(selector)?.focus();
  }

  protected finished(): void {
    this.panel.set(null);
    this.#toasts.show({ text: this.t('people.panel.saved') });
    setTimeout(() => this.#host.nativeElement.querySelector<HTMLElement>('[data-testid=add-team]')?.focus());
  }

  protected async remove(team: Team): Promise<void> {
    const sure = await this.#confirm.ask({
      title: this.t('people.teams.deleteTitle', { name: team.name }),
      text: this.t('people.teams.deleteText'),
      action: this.t('people.teams.deleteGo'),
      danger: true,
    });
    if (!sure) return;
    this.trouble.set(null);
    try {
      await this.store.deleteTeam(team.id);
      if (this.panel() === team.id) this.panel.set(null);
      this.#toasts.show({ text: this.t('people.teams.deleted', { name: team.name }) });
    } catch (error) {
      // ApiError: said above the list
      const reason = this.problems.sentence(toApiProblem(error));
      this.trouble.set(this.t('people.actionFailed', { name: team.name, reason }));
    }
  }

  async #mayLeave(): Promise<boolean> {
    if (!this.#forms.dirty()) return true;
    const leave = await this.#confirm.ask({
      title: this.t('settings.leave.title'),
      text: this.t('settings.leave.text'),
      action: this.t('settings.leave.go'),
      stay: this.t('settings.leave.stay'),
      danger: true,
    });
    if (leave) this.#forms.discard();
    return leave;
  }
}
