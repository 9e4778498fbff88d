import { Component, ViewEncapsulation, computed, inject, input, signal } from '@angular/core';
import { MatMenuModule } from '@angular/material/menu';
import { RouterLink } from '@angular/router';
import { type ApiProblem } from '@beseda/realtime';
import { Auth } from '../core/auth.js';
import { Clock } from '../core/clock.js';
import { type Role } from '../core/model.js';
import { PresenceStore } from '../core/presence.js';
import { Sites } from '../core/sites.js';
import { Toasts } from '../core/toast.js';
import { Formats } from '../i18n/formats.js';
import { I18n } from '../i18n/i18n.js';
import { type Question } from '../kit/confirm.js';
import { ListPage } from '../kit/list-page.js';
import { Panels } from '../kit/panels.js';
import { RowActions } from '../kit/row-actions.js';
import { Avatar } from '../ui/avatar.js';
import { Icon } from '../ui/icon.js';
import { type Invitation, type ManagedOperator } from './model.js';
import { OperatorsStore } from './operators.store.js';
import { PersonPanel, type PanelResult } from './person-panel.js';
import { rowState } from './row-state.js';

type Segment = 'all' | 'online' | 'invited';

/** Who answers on this site: list, invitations, rights. */
@Component({
  selector: 'bsd-operators',
  imports: [Avatar, Icon, ListPage, MatMenuModule, PersonPanel, RouterLink, RowActions],
  templateUrl: './operators.html',
  styleUrl: './people.scss',
  encapsulation: ViewEncapsulation.None,
  providers: [OperatorsStore, Panels],
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
  protected readonly panels = inject(Panels);
  protected readonly store = inject(OperatorsStore);
  protected readonly t = this.#i18n.t;
  readonly siteId = input.required<string>();
  protected readonly q = signal('');
  protected readonly segment = signal<Segment>('all');
  protected readonly me = computed(() => this.#auth.operator()?.id);
  protected readonly role = computed(
    (): Role => this.#sites.items()?.find((site) => site.id === this.siteId())?.role ?? 'admin',
  );

  readonly #people = computed(() => this.store.list.items() ?? []);
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
  protected readonly nothing = computed(() => {
    const [q, action] = [this.q().trim(), this.t('people.showAll')];
    if (q) return { title: this.t('people.emptySearch', { q }), text: this.t('people.emptySearchText'), action };
    const online = this.segment() === 'online';
    return {
      title: this.t(online ? 'people.emptyOnline' : 'people.emptyInvited'),
      text: this.t(online ? 'people.emptyOnlineText' : 'people.emptyInvitedText'),
      action,
    };
  });
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

  protected finished({ id, email, invitation }: PanelResult): void {
    this.panels.done(email ? this.#told(email, invitation) : this.t('people.panel.saved'), id);
  }

  protected async invite(person: ManagedOperator): Promise<void> {
    await this.#act(person, async () => {
      const invitation = await this.store.inviteAgain(person.id, this.#i18n.lang());
      this.#toasts.show({ text: this.#told(person.email, invitation) });
    });
  }

  protected async access(person: ManagedOperator, disabled: boolean): Promise<void> {
    await this.#act(person, async () => {
      await this.store.change(person.id, { disabled });
      const text = this.t(disabled ? 'people.toast.disabled' : 'people.toast.enabled', { name: person.name });
      const run = (): void => void this.access(person, !disabled);
      this.#toasts.show({ text, action: { label: this.t('people.toast.undo'), run } });
    });
  }

  protected async factorOff(person: ManagedOperator): Promise<void> {
    const off = async (): Promise<void> => {
      await this.store.change(person.id, { secondFactor: false });
      this.#toasts.show({ text: this.t('people.toast.factor', { name: person.name }) });
    };
    await this.#act(person, off, {
      title: this.t('people.factor.title', { name: person.name }),
      text: this.t('people.factor.text'),
      action: this.t('people.factor.go'),
    });
  }

  protected async remove(person: ManagedOperator): Promise<void> {
    const remove = async (): Promise<void> => {
      await this.store.remove(person.id);
      this.panels.gone(person.id);
      this.#toasts.show({ text: this.t('people.toast.removed', { name: person.name }) });
    };
    await this.#act(person, remove, {
      title: this.t('people.remove.title', { name: person.name }),
      text: this.t('people.remove.text'),
      action: this.t('people.remove.go'),
    });
  }

  async #act(person: ManagedOperator, run: () => Promise<void>, question?: Question): Promise<void> {
    const { name } = person;
    const failed = (reason: string, { errors }: ApiProblem): string => {
      const is = (code: string): boolean => errors?.some((one) => one.code === code) ?? false;
      if (is('last_superadmin')) return this.t('people.lastSuper', { name });
      return is('yourself') ? this.t('people.yourself', { name }) : this.t('people.actionFailed', { name, reason });
    };
    await this.panels.act({ run, failed, ...(question ? { question } : {}) });
  }

  #told(email: string, invitation: Invitation | null): string {
    // somebody of another site has a password already: there is nothing to send
    if (!invitation) return this.t('people.toast.added', { email });
    const { state, detail } = invitation;
    if (state === 'failed') return this.t('people.toast.failed', { reason: detail });
    return state === 'kept' ? this.t('people.toast.kept', { file: detail }) : this.t('people.toast.invited', { email });
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
