import { Component, ViewEncapsulation, effect, inject, input, signal } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { ApiError } from '@beseda/realtime';
import { Auth } from '../core/auth.js';
import { Preferences } from '../core/auth-preferences.js';
import { Problems } from '../core/problems.js';
import { THEMES, Theme } from '../core/theme.js';
import { Formats } from '../i18n/formats.js';
import { I18n, LANGS } from '../i18n/i18n.js';
import { AvatarEditor } from '../kit/avatar-editor.js';
import { ConflictPanel } from '../kit/conflict-panel.js';
import { TextField } from '../kit/fields.js';
import { type Versioned } from '../kit/form-types.js';
import { SettingsHead } from '../kit/head.js';
import { pick } from '../kit/paths.js';
import { all, atMost, required } from '../kit/rules.js';
import { SettingsForm } from '../kit/settings-form.js';
import { delayed } from '../ui/delayed.js';
import { Icon } from '../ui/icon.js';
import { AccountStore } from './account.store.js';
import { type Account } from './model.js';
import { PasswordSection } from './password-section.js';
import { SecondFactor } from './second-factor.js';
import { Sessions } from './sessions.js';

/** Longest name, characters. */
const MAX_NAME = 200;

interface ProfileDraft {
  readonly name: string;
  readonly internalName: string;
}

const draftOf = (account: Account): Versioned<ProfileDraft> => ({
  version: account.version,
  value: { name: account.name, internalName: account.internalName },
});

/** What an operator sets for themselves: names, photo, language, theme, password, second factor, sessions. */
@Component({
  selector: 'bsd-account',
  imports: [AvatarEditor, ConflictPanel, Icon, PasswordSection, SecondFactor, Sessions, SettingsHead, TextField],
  templateUrl: './account-page.html',
  styleUrl: './account.scss',
  encapsulation: ViewEncapsulation.None,
  providers: [AccountStore],
  host: { class: 'frame' },
})
export class AccountPage {
  readonly #i18n = inject(I18n);
  readonly #formats = inject(Formats);
  protected readonly store = inject(AccountStore);
  protected readonly preferences = inject(Preferences);
  protected readonly theme = inject(Theme);
  protected readonly problems = inject(Problems);
  protected readonly t = this.#i18n.t;
  protected readonly lang = this.#i18n.lang;
  protected readonly langs = LANGS;
  protected readonly themes = THEMES;
  readonly siteId = input.required<string>();
  protected readonly photoBusy = signal(false);
  protected readonly photoProblem = signal('');
  protected readonly form = new SettingsForm<ProfileDraft>({
    name: 'profile',
    fields: [
      { path: 'name', label: 'account.name', rule: () => all(required, atMost(MAX_NAME)) },
      { path: 'internalName', label: 'account.internalName', rule: () => atMost(MAX_NAME) },
    ],
    load: async () => draftOf(await this.store.fetch()),
    save: async (_scope, value, changed, version) => {
      const sent = { name: value.name.trim(), internalName: value.internalName.trim() };
      return draftOf(await this.store.change({ ...pick(sent, changed), version }));
    },
  });
  protected readonly skeleton = delayed(() => this.form.state() === 'loading', 150);

  constructor() {
    const title = inject(Title);
    effect(() => title.setTitle(`${this.t('account.title')} · ${this.t('app.name')}`));
    this.form.open(inject(Auth).operator()?.id ?? '');
  }

  protected status(): string {
    if (this.form.saving()) return this.t('settings.saving');
    if (this.form.restoredNames()) return this.t('settings.restored', { names: this.form.restoredNames() });
    if (this.form.dirty()) return this.t('settings.changed', { names: this.form.changedNames() });
    const saved = this.form.savedAt();
    return saved ? this.t('settings.saved', { time: this.#formats.clock(saved) }) : this.t('settings.unchanged');
  }

  protected async pickPhoto(picture: Blob | null): Promise<void> {
    this.photoProblem.set('');
    this.photoBusy.set(true);
    try {
      this.form.take(draftOf(await this.store.photo(picture)));
    } catch (error) {
      // ApiError: said at the photo
      if (!(error instanceof ApiError)) throw error;
      this.photoProblem.set(this.problems.sentence(error.problem));
    } finally {
      this.photoBusy.set(false);
    }
  }
}
