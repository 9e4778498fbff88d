import { DialogRef } from '@angular/cdk/dialog';
import { Component, ElementRef, ViewEncapsulation, computed, inject, signal, viewChild } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { FormControl, FormGroup, ReactiveFormsModule } from '@angular/forms';
import { Router } from '@angular/router';
import { toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Problems } from '../core/problems.js';
import { Sites } from '../core/sites.js';
import { I18n } from '../i18n/i18n.js';
import { Icon } from '../ui/icon.js';

/** Longest name of a site, characters. */
const MAX_NAME = 200;
const DOMAIN = /^(\*\.)?([a-zа-яё0-9-]+\.)*[a-zа-яё0-9-]+(:\d{1,5})?$/i;

/** Makes a site: its name and, optionally, the domains that may show the chat. */
@Component({
  selector: 'bsd-add-site',
  imports: [Icon, ReactiveFormsModule],
  host: { class: 'dlg' },
  // the settings' own parts: the dialog opens from anywhere
  styleUrls: ['../settings/settings.scss', '../kit/kit.scss'],
  encapsulation: ViewEncapsulation.None,
  template: `
    <h2 class="dlg__t" id="add-site-title">{{ t('people.site.title') }}</h2>
    <form class="stack" [formGroup]="form" (ngSubmit)="submit()" novalidate>
      <div class="field">
        <label for="site-name">{{ t('people.site.name') }}</label>
        <input
          #name
          class="input"
          id="site-name"
          formControlName="name"
          maxlength="400"
          data-testid="site-name"
          [attr.aria-invalid]="nameError() ? true : null"
          [attr.aria-describedby]="nameError() ? 'site-name-error' : null"
        />
        @if (nameError(); as text) {
          <span class="err" id="site-name-error" role="alert"><bsd-icon name="circle-alert" size="s" />{{ text }}</span>
        }
      </div>
      <div class="field">
        <label for="site-domains"
          >{{ t('people.site.domains') }} <span class="meta">{{ t('people.optional') }}</span></label
        >
        <textarea
          #domains
          class="input input--area"
          id="site-domains"
          rows="3"
          formControlName="domains"
          spellcheck="false"
          autocapitalize="none"
          data-testid="site-domains"
          [attr.aria-invalid]="domainsError() ? true : null"
          [attr.aria-describedby]="domainsError() ? 'site-domains-error' : 'site-domains-hint'"
        ></textarea>
        @if (domainsError(); as text) {
          <span class="err" id="site-domains-error" role="alert"
            ><bsd-icon name="circle-alert" size="s" />{{ text }}</span
          >
        } @else {
          <span class="hint" id="site-domains-hint">{{ t('people.site.domainsHint') }}</span>
        }
      </div>
      @if (formError(); as text) {
        <p class="banner banner--bad" role="alert"><bsd-icon name="triangle-alert" size="m" />{{ text }}</p>
      }
      <div class="dlg__b">
        <button type="button" class="btn btn--line" (click)="ref.close()">{{ t('people.cancel') }}</button>
        <button type="submit" class="btn btn--main" data-testid="site-create" [attr.aria-busy]="busy()">
          @if (busy()) {
            <span class="busy" aria-hidden="true"><i></i><i></i><i></i></span>
          }
          {{ t('people.site.create') }}
        </button>
      </div>
    </form>
  `,
})
export class AddSite {
  protected readonly ref = inject(DialogRef);
  readonly #sites = inject(Sites);
  readonly #router = inject(Router);
  readonly #problems = inject(Problems);
  protected readonly t = inject(I18n).t;
  protected readonly busy = signal(false);
  readonly #tried = signal(false);
  readonly #problem = signal<ApiProblem | null>(null);
  protected readonly form = new FormGroup({
    name: new FormControl('', { nonNullable: true }),
    domains: new FormControl('', { nonNullable: true }),
  });
  readonly #events = toSignal(this.form.events);
  private readonly name = viewChild.required<ElementRef<HTMLElement>>('name');
  private readonly domains = viewChild.required<ElementRef<HTMLElement>>('domains');

  protected readonly nameError = computed(() => {
    this.#events();
    const name = this.form.controls.name.value.trim();
    if (this.#refused('name')) return this.t('people.error.invalid');
    if (name.length > MAX_NAME) return this.t('people.error.tooLong', { max: MAX_NAME });
    return this.#tried() && !name ? this.t('people.site.nameRequired') : null;
  });
  protected readonly domainsError = computed(() => {
    this.#events();
    const wrong = this.#list().find((domain) => !DOMAIN.test(domain));
    if (wrong && (this.#tried() || this.form.controls.domains.touched))
      return this.t('people.site.domainWrong', { domain: wrong });
    return this.#refused('domains') ? this.t('people.error.invalid') : null;
  });
  protected readonly formError = computed(() => {
    const problem = this.#problem();
    return problem && !problem.errors?.length ? this.#problems.sentence(problem) : null;
  });

  constructor() {
    this.form.valueChanges.subscribe(() => this.#problem.set(null));
  }

  protected async submit(): Promise<void> {
    if (this.busy()) return;
    this.#tried.set(true);
    if (this.nameError()) return this.name().nativeElement.focus();
    if (this.domainsError()) return this.domains().nativeElement.focus();
    this.busy.set(true);
    try {
      const siteId = await this.#sites.create(this.form.controls.name.value.trim(), this.#list());
      this.ref.close();
      await this.#router.navigate(['/sites', siteId, 'dialogs']);
    } catch (error) {
      // ApiError: the dialog stays open with what was written
      this.#problem.set(toApiProblem(error));
    } finally {
      this.busy.set(false);
    }
  }

  /** Domains by lines or commas; a pasted address is cut down to its host. */
  #list(): string[] {
    return this.form.controls.domains.value
      .split(/[\s,;]+/)
      .map((text) =>
        text
          .replace(/^https?:\/\//i, '')
          .replace(/\/.*$/, '')
          .toLowerCase(),
      )
      .filter(Boolean);
  }

  #refused(path: string): boolean {
    return this.#problem()?.errors?.some((error) => error.path.startsWith(path)) ?? false;
  }
}
