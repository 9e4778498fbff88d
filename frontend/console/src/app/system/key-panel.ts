import { Component, DestroyRef, computed, inject, signal } from '@angular/core';
import { Sites } from '../core/sites.js';
import { I18n } from '../i18n/i18n.js';
import { type MessageKey } from '../i18n/ru.js';
import { CopyBox } from '../kit/copy-box.js';
import { FieldNote } from '../kit/field-note.js';
import { TextField } from '../kit/fields.js';
import { OpenForms } from '../kit/leaving.js';
import { Panels } from '../kit/panels.js';
import { all, atMost, required, saying } from '../kit/rules.js';
import { SettingsForm } from '../kit/settings-form.js';
import { SidePanel } from '../kit/side-panel.js';
import { Icon } from '../ui/icon.js';
import { ApiKeysStore } from './api-keys.store.js';
import { type Scope } from './model.js';

/** Longest name of a key, characters. */
const MAX_NAME = 100;
const SCOPE_NAMES: Readonly<Record<string, MessageKey>> = {
  'dialogs:read': 'system.scope.dialogsRead',
  'dialogs:write': 'system.scope.dialogsWrite',
  'contacts:read': 'system.scope.contactsRead',
  'contacts:write': 'system.scope.contactsWrite',
  'settings:read': 'system.scope.settingsRead',
  'settings:write': 'system.scope.settingsWrite',
};

interface KeyDraft {
  readonly name: string;
  readonly scopes: readonly Scope[];
}

/** The panel of a new key: name and scopes, then the secret, once. */
@Component({
  selector: 'bsd-key-panel',
  imports: [CopyBox, FieldNote, Icon, SidePanel, TextField],
  templateUrl: './key-panel.html',
})
export class KeyPanel {
  readonly #panels = inject(Panels);
  readonly #store = inject(ApiKeysStore);
  protected readonly t = inject(I18n).t;
  protected readonly name = signal('');
  /** Lost with the panel unless it was put away. */
  protected readonly secret = signal<string | null>(null);
  protected readonly form = new SettingsForm<KeyDraft>({
    name: 'api-key',
    fields: [
      {
        path: 'name',
        label: 'system.keys.name',
        rule: () => all(saying(required, 'system.keys.nameRequired'), atMost(MAX_NAME)),
      },
      { path: 'scopes', label: 'system.keys.scopes', rule: () => saying(required, 'system.keys.scopesRequired') },
    ],
    load: async () => ({ version: 0, value: { name: '', scopes: [] } }),
    save: async (_scope, value) => {
      const secret = await this.#store.create(value.name.trim(), value.scopes);
      this.name.set(value.name.trim());
      this.secret.set(secret);
      return { version: 1, value };
    },
  });
  protected readonly chosen = this.form.field('scopes');
  protected readonly scopes = computed(() =>
    this.#store.scopes().map((id) => {
      const key = SCOPE_NAMES[id];
      return { id, label: key ? this.t(key) : id };
    }),
  );

  constructor() {
    this.form.open(`${inject(Sites).currentId()}/new`);
    const off = inject(OpenForms).add({
      dirty: () => this.secret() !== null,
      discard: () => this.secret.set(null),
      question: () => ({
        title: this.t('system.keys.closeTitle'),
        text: this.t('system.keys.closeText'),
        action: this.t('system.keys.closeGo'),
      }),
    });
    inject(DestroyRef).onDestroy(off);
  }

  protected toggle(id: Scope): void {
    const ids = this.chosen.value();
    this.chosen.set(ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id]);
  }

  protected async submit(): Promise<void> {
    // nothing was written: the rules say what is needed
    await this.form.save();
  }

  protected finish(): void {
    this.secret.set(null);
    this.#panels.done('', '');
  }
}
