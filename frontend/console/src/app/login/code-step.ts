import {
  Component,
  ElementRef,
  afterNextRender,
  computed,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { FormControl, ReactiveFormsModule } from '@angular/forms';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInputModule } from '@angular/material/input';
import { toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Auth, type NextStep } from '../core/auth.js';
import { Problems } from '../core/problems.js';
import { Formats } from '../i18n/formats.js';
import { I18n } from '../i18n/i18n.js';
import { Icon } from '../ui/icon.js';

/** The second factor: six digits of the authenticator, or a recovery code. */
@Component({
  selector: 'bsd-code-step',
  imports: [Icon, MatFormFieldModule, MatInputModule, ReactiveFormsModule],
  template: `
    <form class="login__in" (submit)="$event.preventDefault(); submit()" novalidate>
      <h1>{{ t('signin.codeTitle') }}</h1>
      <p class="muted login__lead" id="code-lead">
        {{ t(recovery() ? 'signin.recoveryLead' : 'signin.codeLead', { email: email() }) }}
      </p>
      <div class="field">
        <label for="login-code">{{ t(recovery() ? 'signin.recovery' : 'signin.code') }}</label>
        <mat-form-field appearance="outline" subscriptSizing="dynamic" [class.is-bad]="error() !== null">
          <input
            #field
            matInput
            id="login-code"
            [class.code]="!recovery()"
            [attr.inputmode]="recovery() ? 'text' : 'numeric'"
            autocomplete="one-time-code"
            autocapitalize="none"
            spellcheck="false"
            [formControl]="code"
            data-testid="login-code"
            [attr.aria-invalid]="error() ? true : null"
            [attr.aria-describedby]="error() ? 'login-code-error' : 'code-lead'"
          />
        </mat-form-field>
        @if (error(); as text) {
          <span class="err" id="login-code-error" role="alert"
            ><bsd-icon name="circle-alert" size="s" />{{ text }}</span
          >
        }
      </div>
      @if (formError(); as text) {
        <p class="banner banner--bad" role="alert"><bsd-icon name="cloud-off" size="m" />{{ text }}</p>
      }
      <button type="submit" class="btn btn--main" data-testid="login-code-submit" [attr.aria-busy]="busy()">
        @if (busy()) {
          <span class="busy" aria-hidden="true"><i></i><i></i><i></i></span>
        }
        {{ t('login.submit') }}
      </button>
      <div class="login__links">
        <button type="button" class="linkish" data-testid="login-use-recovery" (click)="swap()">
          {{ t(recovery() ? 'signin.useCode' : 'signin.useRecovery') }}
        </button>
        <button type="button" class="linkish" (click)="back.emit()">{{ t('signin.otherPerson') }}</button>
      </div>
    </form>
  `,
})
export class CodeStep {
  readonly #auth = inject(Auth);
  readonly #problems = inject(Problems);
  readonly #formats = inject(Formats);
  protected readonly t = inject(I18n).t;
  readonly ticket = input.required<string>();
  readonly email = input.required<string>();
  readonly next = output<NextStep>();
  readonly expired = output<void>();
  readonly back = output<void>();
  protected readonly recovery = signal(false);
  protected readonly busy = signal(false);
  protected readonly code = new FormControl('', { nonNullable: true });
  readonly #problem = signal<ApiProblem | null>(null);
  readonly #tried = signal(false);
  readonly #events = toSignal(this.code.events);
  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');

  protected readonly error = computed(() => {
    this.#events();
    const problem = this.#problem();
    if (problem?.status === 401) return this.t(this.recovery() ? 'signin.recoveryWrong' : 'signin.codeWrong');
    if (problem?.status === 429)
      return this.t('login.throttled', { wait: this.#formats.wait(problem.retryAfterMs ?? 30_000) });
    if (!this.#tried()) return null;
    if (!this.#written()) return this.t('signin.codeRequired');
    return this.recovery() || /^\d{6}$/.test(this.#written()) ? null : this.t('signin.codeShape');
  });
  protected readonly formError = computed(() => {
    const problem = this.#problem();
    return problem && problem.status !== 401 && problem.status !== 429 ? this.#problems.sentence(problem) : null;
  });

  constructor() {
    afterNextRender(() => this.field().nativeElement.focus());
    this.code.valueChanges.subscribe(() => this.#problem.set(null));
  }

  protected swap(): void {
    this.recovery.update((on) => !on);
    this.code.setValue('');
    this.#tried.set(false);
    this.field().nativeElement.focus();
  }

  protected async submit(): Promise<void> {
    if (this.busy()) return;
    this.#tried.set(true);
    if (this.error()) return this.field().nativeElement.focus();
    this.busy.set(true);
    try {
      const next = await this.#auth.continueLogin(this.ticket(), { code: this.#written() });
      if (next) this.next.emit(next);
    } catch (error) {
      // ApiError: a wrong code, a ticket that is too old, or no answer
      const problem = toApiProblem(error);
      if (problem.errors?.some((one) => one.path === 'ticket')) return this.expired.emit();
      this.#problem.set(problem);
      this.field().nativeElement.select();
    } finally {
      this.busy.set(false);
    }
  }

  /** Codes are written in groups. */
  #written(): string {
    return this.code.value.replace(/\s/g, '');
  }
}
