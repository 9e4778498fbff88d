import { Component, ViewEncapsulation, computed, inject } from '@angular/core';
import { Clock } from '../core/clock.js';
import { Sites } from '../core/sites.js';
import { Toasts } from '../core/toast.js';
import { Formats } from '../i18n/formats.js';
import { I18n } from '../i18n/i18n.js';
import { ListPage } from '../kit/list-page.js';
import { Panels } from '../kit/panels.js';
import { ApiKeysStore } from './api-keys.store.js';
import { KeyPanel } from './key-panel.js';
import { type ApiKey } from './model.js';

/** Keys with which programs use Beseda. */
@Component({
  selector: 'bsd-api-keys',
  imports: [KeyPanel, ListPage],
  templateUrl: './api-keys.html',
  styleUrl: './system.scss',
  encapsulation: ViewEncapsulation.None,
  providers: [ApiKeysStore, Panels],
  host: { class: 'frame' },
})
export class ApiKeys {
  readonly #clock = inject(Clock);
  readonly #formats = inject(Formats);
  readonly #sites = inject(Sites);
  readonly #toasts = inject(Toasts);
  protected readonly panels = inject(Panels);
  protected readonly store = inject(ApiKeysStore);
  protected readonly t = inject(I18n).t;
  protected readonly rows = computed(() => {
    const now = new Date(this.#clock.now());
    return this.store.sorted().map((key) => ({
      key,
      scopes: key.scopes.join(', '),
      made: this.t('system.keys.made', {
        time: this.#formats.listTime(key.createdAt, now),
        name: this.#sites.nameOf(key.createdBy) ?? key.createdBy,
      }),
      used: key.lastUsedAt ? this.#formats.listTime(key.lastUsedAt, now) : this.t('system.keys.never'),
      usedTitle: key.lastUsedAt ? this.#formats.full(key.lastUsedAt) : '',
    }));
  });

  protected async revoke(key: ApiKey): Promise<void> {
    await this.panels.act({
      question: {
        title: this.t('system.keys.revokeTitle', { name: key.name }),
        text: this.t('system.keys.revokeText'),
        action: this.t('system.keys.revoke'),
      },
      run: async () => {
        await this.store.revoke(key);
        this.#toasts.show({ text: this.t('system.keys.revoked', { name: key.name }) });
      },
      failed: (reason) => `${key.name}. ${reason}`,
    });
  }
}
