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
import { RouterLink } from '@angular/router';
import { toApiProblem } from '@beseda/realtime';
import { Auth } from '../core/auth.js';
import { Clock } from '../core/clock.js';
import { Hotkeys } from '../core/hotkeys.js';
import { type Role } from '../core/model.js';
import { PresenceStore } from '../core/presence.js';
import { Problems } from '../core/problems.js';
import { Sites } from '../core/sites.js';
import { Toasts } from '../core/toast.js';
import { Formats } from '../i18n/formats.js';
import { I18n } from '../i18n/i18n.js';
import { Confirm } from '../kit/confirm.js';
import { SettingsHead } from '../kit/head.js';
import { OpenForms } from '../kit/leaving.js';
import { Avatar } from '../ui/avatar.js';
import { delayed } from '../ui/delayed.js';
import { Icon } from '../ui/icon.js';
import { type Invitation, type ManagedOperator } from './model.js';
import { OperatorsStore } from './operators.store.js';
import { PersonPanel, type PanelResult } from './person-panel.js';
import { rowState } from './row-state.js';

type Segment = 'all' | 'online' | 'invited';

/** Who answers on this site: list, invitations, rights. */
@Component({
  selector: 'bsd-operators',
  imports: [Avatar, Icon, MatMenuModule, PersonPanel, RouterLink, SettingsHead],
  templateUrl: './operators.html',
  styleUrl: './people.scss',
  encapsulation: ViewEncapsulation.None,
  providers: [OperatorsStore],
  host: { class: 'frame' },
})
export class Operators {
  readonly #auth = inject(Auth);
  readonly #clock = inject(Clock);
  readonly #formats = inject(Formats);
  readonly #i18n = inject(I18n);
  readonly #presence = inject(PresenceStore);
  readonly #sites = inject(Sites);
  readonly #toasts = inject(Toasts);
  readonly #confirm = inject(Confirm);
  readonly #forms = inject(OpenForms);
  readonly #host = inject<ElementRef<HTMLElement>>(ElementRef);
  protected readonly store = inject(OperatorsStore);
  protected readonly problems = inject(Problems);
  protected readonly t = this.#i18n.t;
  readonly siteId = input.required<string>();
  protected readonly q = signal('');
  protected readonly segment = signal<Segment>('all');
  /** Id of the person in the panel, `new`, or null. */
  protected readonly panel = signal<string | null>(null);
  /** What went wrong with an action of a row, and whose. */
  protected readonly trouble = signal<string | null>(null);
  protected readonly skeleton = delayed(() => this.store.loading(), 150);
  protected readonly slow = delayed(() => this.store.loading(), 8_000);
  protected readonly me = computed(() => this.#auth.operator()?.id);
  protected readonly role = computed(
    (): Role => this.#sites.items()?.find((site) => site.id === this.siteId())?.role ?? 'admin',
  );

  readonly #people = computed(() => this.store.items() ?? []);
  protected readonly counts = computed(() => ({
    all: this.#people().length,
    online: this.#people().filter((one) => this.#online(one)).length,
    invited: this.#people().filter((one) => one.invited && !one.disabled).length,
  }));
  protected readonly segments = computed(() =>
    (['all', 'online', 'invited'] as const).map((id) => ({
      id,
      label: this.t(`people.${id}`, { n: this.counts()[id] }),
    })),
  );
  protected readonly rows = computed(() => {
    const q = this.q().trim().toLocaleLowerCase();
    const words = { t: this.t, formats: this.#formats, now: new Date(this.#clock.now()) };
    return this.#people()
      .filter((one) => this.#fits(one))
      .filter((one) => `${one.name}\n${one.internalName}\n${one.email}`.toLocaleLowerCase().includes(q))
      .map((person) => {
        const presence = this.#presence.of(person.id);
        const quiet = person.disabled || person.invited;
        return {
          person,
          state: rowState(person, presence, words),
          presence: quiet ? null : (presence?.state ?? person.presence?.state ?? 'offline'),
          role: this.t(`people.role.${person.role}`),
          teams: this.store.teamNames(person.teamIds),
          self: person.id === this.me(),
        };
      });
  });

  constructor() {
    const title = inject(Title);
    effect(() => title.setTitle(`${this.t('people.title')} · ${this.t('app.name')}`));
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

  /** Another panel takes the place of one with changes only after a question. */
  protected async show(id: string): Promise<void> {
    if (this.panel() === id || !(await this.#mayLeave())) return;
    this.panel.set(id);
    setTimeout(() => this.#host.nativeElement.querySelector<HTMLElement>('.side input[type=text]')?.focus());
  }

  protected async close(): Promise<void> {
    const id = this.panel();
    if (id === null || !(await this.#mayLeave())) return;
    this.panel.set(null);
    const selector = id === 'new' ? '[data-testid=add-operator]' : `[data-actions-of="${id}"]`;
    this.#host.nativeElement.querySelector<HTMLElement>(selector)?.focus();
  }

  protected finished(result: PanelResult): void {
    if (result.email) this.#told(result.email, result.invitation);
    else this.#toasts.show({ text: this.t('people.panel.saved') });
    this.panel.set(null);
    setTimeout(() => this.#host.nativeElement.querySelector<HTMLElement>(`[data-actions-of="${result.id}"]`)?.focus());
  }

  protected widen(): void {
    this.q.set('');
    this.segment.set('all');
  }

  protected async invite(person: ManagedOperator): Promise<void> {
    await this.#attempt(person, async () => {
      this.#told(person.email, await this.store.inviteAgain(person.id, this.#i18n.lang()));
    });
  }

  protected async access(person: ManagedOperator, disabled: boolean): Promise<void> {
    await this.#attempt(person, async () => {
      await this.store.change(person.id, { disabled });
      const text = this.t(disabled ? 'people.toast.disabled' : 'people.toast.enabled', { name: person.name });
      const run = (): void => void this.access(person, !disabled);
      this.#toasts.show({ text, action: { label: this.t('people.toast.undo'), run } });
    });
  }

  protected async factorOff(person: ManagedOperator): Promise<void> {
    const sure = await this.#confirm.ask({
      title: this.t('people.factor.title', { name: person.name }),
      text: this.t('people.factor.text'),
      action: this.t('people.factor.go'),
      danger: true,
    });
    if (!sure) return;
    await this.#attempt(person, async () => {
      await this.store.change(person.id, { secondFactor: false });
      this.#toasts.show({ text: this.t('people.toast.factor', { name: person.name }) });
    });
  }

  protected async remove(person: ManagedOperator): Promise<void> {
    const sure = await this.#confirm.ask({
      title: this.t('people.remove.title', { name: person.name }),
      text: this.t('people.remove.text'),
      action: this.t('people.remove.go'),
      danger: true,
    });
    if (!sure) return;
    await this.#attempt(person, async () => {
      await this.store.remove(person.id);
      if (this.panel() === person.id) this.panel.set(null);
      this.#toasts.show({ text: this.t('people.toast.removed', { name: person.name }) });
    });
  }

  async #attempt(person: ManagedOperator, run: () => Promise<void>): Promise<void> {
    this.trouble.set(null);
    try {
      await run();
    } catch (error) {
      // ApiError: said above the table with the name of whom it was about
      const problem = toApiProblem(error);
      const is = (code: string): boolean => problem.errors?.some((one) => one.code === code) ?? false;
      const { name } = person;
      if (is('last_superadmin')) this.trouble.set(this.t('people.lastSuper', { name }));
      else if (is('yourself')) this.trouble.set(this.t('people.yourself', { name }));
      else this.trouble.set(this.t('people.actionFailed', { name, reason: this.problems.sentence(problem) }));
    }
  }

  #told(email: string, invitation: Invitation | null): void {
    if (invitation?.state === 'failed')
      return this.#toasts.show({ text: this.t('people.toast.failed', { reason: invitation.detail }) });
    // somebody of another site has a password already: there is nothing to send
    if (!invitation) return this.#toasts.show({ text: this.t('people.toast.added', { email }) });
    const kept = invitation.state === 'kept';
    const text = kept
      ? this.t('people.toast.kept', { file: invitation.detail })
      : this.t('people.toast.invited', { email });
    this.#toasts.show({ text });
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

  #online(person: ManagedOperator): boolean {
    const state = this.#presence.of(person.id)?.state ?? person.presence?.state;
    return state === 'online' && !person.disabled && !person.invited;
  }

  #fits(person: ManagedOperator): boolean {
    if (this.segment() === 'online') return this.#online(person);
    return this.segment() === 'all' || (person.invited && !person.disabled);
  }
}
