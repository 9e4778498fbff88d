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
import { Title } from '@angular/platform-browser';
import { toApiProblem } from '@beseda/realtime';
import { Clock } from '../core/clock.js';
import { Hotkeys } from '../core/hotkeys.js';
import { Problems } from '../core/problems.js';
import { Sites } from '../core/sites.js';
import { Toasts } from '../core/toast.js';
import { Formats } from '../i18n/formats.js';
import { I18n } from '../i18n/i18n.js';
import { Confirm } from '../kit/confirm.js';
import { SettingsHead } from '../kit/head.js';
import { OpenForms } from '../kit/leaving.js';
import { delayed } from '../ui/delayed.js';
import { Icon } from '../ui/icon.js';
import { ApiKeysStore } from './api-keys.store.js';
import { KeyPanel } from './key-panel.js';
import { type ApiKey } from './model.js';

/** Keys with which programs use Beseda. */
@Component({
  selector: 'bsd-api-keys',
  imports: [Icon, KeyPanel, SettingsHead],
  templateUrl: './api-keys.html',
  styleUrls: ['../people/people.scss', './system.scss'],
  encapsulation: ViewEncapsulation.None,
  providers: [ApiKeysStore],
  host: { class: 'frame' },
})
export class ApiKeys {
  readonly #clock = inject(Clock);
  readonly #confirm = inject(Confirm);
  readonly #formats = inject(Formats);
  readonly #forms = inject(OpenForms);
  readonly #sites = inject(Sites);
  readonly #toasts = inject(Toasts);
  readonly #host = inject<ElementRef<HTMLElement>>(ElementRef);
  protected readonly store = inject(ApiKeysStore);
  protected readonly problems = inject(Problems);
  protected readonly t = inject(I18n).t;
  readonly siteId = input.required<string>();
  protected readonly adding = signal(false);
  /** A secret is on screen that was not put away yet. */
  protected readonly secretShown = signal(false);
  protected readonly trouble = signal<string | null>(null);
  protected readonly skeleton = delayed(() => this.store.loading(), 150);
  protected readonly rows = computed(() => {
    const now = new Date(this.#clock.now());
    return (this.store.items() ?? []).map((key) => ({
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

  constructor() {
    const title = inject(Title);
    effect(() => title.setTitle(`${this.t('system.keys.title')} · ${this.t('app.name')}`));
    effect(() => {
      const siteId = this.siteId();
      untracked(() => void this.store.open(siteId));
    });
    const off = inject(Hotkeys).add({
      key: 'Escape',
      inFields: true,
      run: (event) => {
        if (!this.adding()) return;
        event.preventDefault();
        void this.close();
      },
    });
    inject(DestroyRef).onDestroy(off);
  }

  protected add(): void {
    this.adding.set(true);
    setTimeout(() => this.#host.nativeElement.querySelector<HTMLElement>('.side input[type=text]')?.focus());
  }

  /** A secret nobody has kept is lost with the panel. */
  protected async close(): Promise<void> {
    if (this.#forms.dirty()) {
      const question = this.secretShown()
        ? { title: this.t('system.keys.closeTitle'), text: this.t('system.keys.closeText') }
        : { title: this.t('settings.leave.title'), text: this.t('settings.leave.text') };
      if (!(await this.#confirm.ask({ ...question, action: this.t('system.keys.closeGo') }))) return;
    }
    this.finish();
  }

  protected finish(): void {
    this.secretShown.set(false);
    this.adding.set(false);
    this.#host.nativeElement.querySelector<HTMLElement>('[data-testid=add-key]')?.focus();
  }

  protected async revoke(key: ApiKey): Promise<void> {
    const sure = await this.#confirm.ask({
      title: this.t('system.keys.revokeTitle', { name: key.name }),
      text: this.t('system.keys.revokeText'),
      action: this.t('system.keys.revoke'),
      danger: true,
    });
    if (!sure) return;
    this.trouble.set(null);
    try {
      await this.store.revoke(key.id);
      this.#toasts.show({ text: this.t('system.keys.revoked', { name: key.name }) });
    } catch (error) {
      // ApiError: said above the list
      this.trouble.set(`${key.name}. ${this.problems.sentence(toApiProblem(error))}`);
    }
  }
}
