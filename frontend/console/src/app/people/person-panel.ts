import { Component, computed, effect, inject, input, output, signal } from '@angular/core';
import { ApiError } from '@beseda/realtime';
import { type Role, type Visibility } from '../core/model.js';
import { Problems } from '../core/problems.js';
import { I18n } from '../i18n/i18n.js';
import { type MessageKey } from '../i18n/ru.js';
import { AvatarEditor } from '../kit/avatar-editor.js';
import { RadioField, SwitchField } from '../kit/choice-fields.js';
import { SelectField, TextField } from '../kit/fields.js';
import { itemForm } from '../kit/item-form.js';
import { all, atMost, required, type Rule } from '../kit/rules.js';
import { SidePanel } from '../kit/side-panel.js';
import { NEW_PERSON, draftOf, type Invitation, type ManagedOperator, type PersonDraft } from './model.js';
import { OperatorsStore } from './operators.store.js';
import { TeamsField } from './teams-field.js';

/** Longest name, characters; the server refuses longer ones. */
const MAX_NAME = 200;
const ROLE_HINTS: Readonly<Record<Role, MessageKey>> = {
  operator: 'people.role.operatorHint',
  admin: 'people.role.adminHint',
  superadmin: 'people.role.superadminHint',
};
const VISIBILITY_NAMES: Readonly<Record<Visibility, MessageKey>> = {
  all: 'people.panel.visAll',
  team: 'people.panel.visTeam',
  unassigned: 'people.panel.visUnassigned',
  own: 'people.panel.visOwn',
};

export const emailRule: Rule = (value) =>
  typeof value === 'string' && /^[^\s@]+@[^\s@]+$/.test(value.trim()) ? null : { code: 'not_an_email' };

/** What the panel did. */
export interface PanelResult {
  readonly id: string;
  readonly invitation: Invitation | null;
  readonly email: string;
}

/** The panel at the side: a new operator, or one of the list. What is typed stays over errors and reloads. */
@Component({
  selector: 'bsd-person-panel',
  imports: [AvatarEditor, RadioField, SelectField, SidePanel, SwitchField, TeamsField, TextField],
  templateUrl: './person-panel.html',
})
export class PersonPanel {
  readonly #i18n = inject(I18n);
  protected readonly store = inject(OperatorsStore);
  protected readonly problems = inject(Problems);
  protected readonly t = this.#i18n.t;
  readonly siteId = input.required<string>();
  /** Id of the operator, or `new`. */
  readonly who = input.required<string>();
  /** The strongest role the caller may give. */
  readonly strongest = input.required<Role>();
  readonly done = output<PanelResult>();
  protected readonly photoProblem = signal('');
  protected readonly photoBusy = signal(false);
  /** Chosen for somebody who is not there yet. */
  protected readonly picture = signal<Blob | null>(null);
  readonly #pictureUrl = signal<string | null>(null);
  protected readonly photoUrl = computed(() => this.#pictureUrl() ?? this.person()?.avatarUrl ?? null);
  protected readonly isNew = computed(() => this.who() === 'new');
  protected readonly person = computed(() => (this.isNew() ? undefined : this.store.list.find(this.who())));
  /** Name, e-mail and photo belong to the person on all sites. */
  protected readonly editable = computed(() => this.isNew() || (this.person()?.editable ?? true));
  protected readonly roles = computed(() => {
    const roles: readonly Role[] = ['operator', 'admin', 'superadmin'];
    // a role that is stronger than one's own cannot be given; who has it is shown as they are
    return roles
      .filter((role) => role !== 'superadmin' || this.strongest() === 'superadmin' || this.form.base()?.role === role)
      .map((role) => ({ value: role, label: this.t(`people.role.${role}`), hint: this.t(ROLE_HINTS[role]) }));
  });
  protected readonly visibilities = computed(() =>
    (['all', 'team', 'unassigned', 'own'] as const).map((value) => ({ value, label: this.t(VISIBILITY_NAMES[value]) })),
  );
  protected readonly mailHint = computed(() => {
    if (!this.isNew()) return '';
    return this.t(this.store.mail()?.server === false ? 'people.panel.noMail' : 'people.panel.mail');
  });

  protected readonly form = itemForm<PersonDraft, ManagedOperator>({
    name: 'operator',
    fields: [
      { path: 'name', label: 'people.panel.name', rule: () => all(required, atMost(MAX_NAME)) },
      { path: 'internalName', label: 'people.panel.internalName', rule: () => atMost(MAX_NAME) },
      { path: 'email', label: 'people.panel.email', rule: () => all(required, emailRule) },
      { path: 'role', label: 'people.panel.role', show: (role) => this.t(`people.role.${role as Role}`) },
      {
        path: 'visibility',
        label: 'people.panel.visibility',
        show: (value) => this.t(VISIBILITY_NAMES[value as Visibility]),
      },
      // stored as what is forbidden, shown as what is allowed
      { path: 'noContactExport', label: 'people.panel.export', show: (no) => this.#allowed(no) },
      { path: 'noMassMailing', label: 'people.panel.mailing', show: (no) => this.#allowed(no) },
      {
        path: 'teamIds',
        label: 'people.panel.teams',
        show: (ids) => this.store.teamNames(ids as readonly string[]) || this.t('settings.value.empty'),
      },
    ],
    id: this.who,
    list: this.store.list,
    blank: () => NEW_PERSON,
    draftOf,
    create: (person) => this.#invite(person),
    change: (id, change) => this.store.change(id, change),
  });

  constructor() {
    effect((onCleanup) => {
      const picture = this.picture();
      const url = picture && URL.createObjectURL(picture);
      this.#pictureUrl.set(url);
      onCleanup(() => url && URL.revokeObjectURL(url));
    });
  }

  protected async submit(): Promise<void> {
    const fresh = this.isNew();
    if (!(await this.form.save()) || fresh) return;
    this.done.emit({ id: this.who(), invitation: null, email: '' });
  }

  protected async pickPhoto(picture: Blob | null): Promise<void> {
    this.photoProblem.set('');
    if (this.isNew()) return this.picture.set(picture);
    this.photoBusy.set(true);
    try {
      await this.store.photo(this.who(), picture);
    } catch (error) {
      // ApiError: said at the photo
      if (!(error instanceof ApiError)) throw error;
      this.photoProblem.set(this.problems.sentence(error.problem));
    } finally {
      this.photoBusy.set(false);
    }
  }

  async #invite(person: PersonDraft): Promise<void> {
    const { operatorId, invitation } = await this.store.invite(person, this.#i18n.lang());
    let photo: unknown = null;
    const picture = this.picture();
    // the person exists from here on: a photo that fails is told in their own panel
    if (picture) await this.store.photo(operatorId, picture).catch((error: unknown) => (photo = error));
    await this.store.list.refresh();
    this.store.watchMail();
    this.picture.set(null);
    this.done.emit({ id: operatorId, invitation, email: person.email });
    if (photo) this.photoProblem.set(this.t('people.panel.photoFailed', { reason: this.problems.reason(photo) }));
  }

  #allowed(forbidden: unknown): string {
    return this.t(forbidden ? 'settings.value.off' : 'settings.value.on');
  }
}
