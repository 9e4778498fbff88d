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
  viewChild,
} from '@angular/core';
import { Title } from '@angular/platform-browser';
import { toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Api } from '../core/api.js';
import { Problems } from '../core/problems.js';
import { Toasts } from '../core/toast.js';
import { Formats } from '../i18n/formats.js';
import { I18n } from '../i18n/i18n.js';
import { type MessageKey } from '../i18n/ru.js';
import { Confirm } from '../kit/confirm.js';
import { SettingsHead } from '../kit/head.js';
import { OpenForms } from '../kit/leaving.js';
import { delayed } from '../ui/delayed.js';
import { Icon } from '../ui/icon.js';
import { type Billing } from './model.js';

const FEATURES: Readonly<Record<string, MessageKey>> = { 'hide-powered-by': 'system.feature.poweredBy' };
const ERRORS: Readonly<Record<string, MessageKey>> = {
  expired: 'system.billing.tooOld',
  not_yet: 'system.billing.tooEarly',
  no_key: 'system.billing.noKeyError',
  not_a_licence: 'system.billing.malformed',
  other_key: 'system.billing.otherKey',
};

/** The licence of the installation. There is no payment here: whoever runs Beseda gives licences. */
@Component({
  selector: 'bsd-billing',
  imports: [Icon, SettingsHead],
  templateUrl: './billing.html',
  styleUrls: ['../kit/list-page.scss', './system.scss'],
  encapsulation: ViewEncapsulation.None,
  host: { class: 'frame' },
})
export class BillingPage {
  readonly #api = inject(Api);
  readonly #confirm = inject(Confirm);
  readonly #formats = inject(Formats);
  readonly #toasts = inject(Toasts);
  protected readonly problems = inject(Problems);
  protected readonly t = inject(I18n).t;
  readonly siteId = input.required<string>();
  protected readonly billing = signal<Billing | null>(null);
  protected readonly problem = signal<ApiProblem | null>(null);
  protected readonly text = signal('');
  protected readonly busy = signal(false);
  protected readonly refused = signal<ApiProblem | null>(null);
  readonly #tried = signal(false);
  private readonly field = viewChild<ElementRef<HTMLTextAreaElement>>('field');
  protected readonly skeleton = delayed(() => this.billing() === null && this.problem() === null, 150);

  protected readonly facts = computed(() => {
    const billing = this.billing();
    const licence = billing?.licence;
    if (!billing || !licence) return [];
    const used =
      licence.operators > 0
        ? this.t('system.billing.operatorsOf', { n: billing.operators, all: licence.operators })
        : this.t('system.billing.operatorsAny', { n: billing.operators });
    const features = licence.features.map((one) => (FEATURES[one] ? this.t(FEATURES[one]) : one));
    return [
      { key: this.t('system.billing.holder'), value: licence.holder, over: false },
      { key: this.t('system.billing.plan'), value: licence.plan, over: false },
      {
        key: this.t('system.billing.operators'),
        value: used,
        over: licence.operators > 0 && billing.operators > licence.operators,
      },
      { key: this.t('system.billing.features'), value: features.join(', ') || '—', over: false },
      { key: this.t('system.billing.term'), value: this.#term(licence.validFrom, licence.validTo), over: false },
    ];
  });
  protected readonly error = computed(() => {
    const code = this.refused()?.errors?.find((one) => one.path === 'licence')?.code;
    if (code) return this.t(ERRORS[code] ?? 'system.billing.badSignature');
    const problem = this.refused();
    if (problem) return this.problems.sentence(problem);
    return this.#tried() && !this.text().trim() ? this.t('system.billing.empty') : '';
  });

  constructor() {
    const dirty = (): boolean => this.text().trim() !== '';
    const off = inject(OpenForms).add({ dirty, discard: () => this.text.set('') });
    inject(DestroyRef).onDestroy(off);
    const title = inject(Title);
    effect(() => title.setTitle(`${this.t('system.billing.title')} · ${this.t('app.name')}`));
    effect(() => {
      this.siteId();
      untracked(() => void this.load());
    });
  }

  protected async load(): Promise<void> {
    this.problem.set(null);
    this.billing.set(null);
    try {
      this.billing.set(await this.#api.request<Billing>('GET', this.#path()));
    } catch (error) {
      // ApiError: said in the page, with a way to try again
      this.problem.set(toApiProblem(error));
    }
  }

  protected typed(text: string): void {
    this.text.set(text);
    this.refused.set(null);
  }

  protected async submit(): Promise<void> {
    this.#tried.set(true);
    const licence = this.text().trim();
    if (!licence) return this.field()?.nativeElement.focus();
    if (await this.#put(licence)) {
      this.text.set('');
      this.#tried.set(false);
      this.#toasts.show({ text: this.t('system.billing.taken') });
    } else this.field()?.nativeElement.focus();
  }

  protected async remove(): Promise<void> {
    const sure = await this.#confirm.ask({
      title: this.t('system.billing.removeTitle'),
      text: this.t('system.billing.removeText'),
      action: this.t('system.billing.remove'),
      danger: true,
    });
    if (sure) await this.#put('');
  }

  async #put(licence: string): Promise<boolean> {
    if (this.busy()) return false;
    this.busy.set(true);
    this.refused.set(null);
    try {
      this.billing.set(await this.#api.request<Billing>('PUT', this.#path(), { licence }));
      return true;
    } catch (error) {
      // ApiError: what was pasted stays, the reason stands at the field
      this.refused.set(toApiProblem(error));
      return false;
    } finally {
      this.busy.set(false);
    }
  }

  #term(from: string | null, to: string | null): string {
    // seen from another year: the year is always written
    const date = (iso: string): string => this.#formats.date(iso, new Date(0));
    if (from && to) return this.t('system.billing.fromTo', { from: date(from), to: date(to) });
    return to ? this.t('system.billing.to', { to: date(to) }) : this.t('system.billing.forever');
  }

  #path(): string {
    return `/api/sites/${this.siteId()}/billing`;
  }
}
