import { Component, computed, inject, input, output, signal, viewChild } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { FormControl, FormGroup, ReactiveFormsModule } from '@angular/forms';
import { toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Problems } from '../core/problems.js';
import { I18n } from '../i18n/i18n.js';
import { Icon } from '../ui/icon.js';
import { PasswordInput } from './password-input.js';

/** Shortest password, characters; the server refuses shorter ones. */
export const MIN_PASSWORD = 8;

/** A new password, twice, with the rules it has to meet ticked off while it is written. */
@Component({
  selector: 'bsd-new-password',
  imports: [Icon, PasswordInput, ReactiveFormsModule],
  template: `
    <form class="stack" [formGroup]="form" (ngSubmit)="submit()" novalidate>
      <input
        type="text"
        class="sr"
        tabindex="-1"
        aria-hidden="true"
        autocomplete="username"
        [value]="email()"
        readonly
      />
      <ng-content />
      <bsd-password-input
        #first
        inputId="new-password"
        [label]="t('signin.newPassword')"
        [control]="form.controls.password"
        autocomplete="new-password"
        describedBy="password-rules"
        [error]="passwordError()"
      />
      <bsd-password-input
        #second
        inputId="new-password-repeat"
        [label]="t('signin.repeat')"
        [control]="form.controls.repeat"
        autocomplete="new-password"
        [error]="repeatError()"
      />
      <ul class="rules" id="password-rules" [attr.aria-label]="t('signin.rules')">
        @for (rule of rules(); track rule.text) {
          <li [class.is-met]="rule.met">
            <bsd-icon [name]="rule.met ? 'check' : 'circle'" size="s" />{{ rule.text }}
            @if (rule.met) {
              <span class="sr">, {{ t('signin.ruleMet') }}</span>
            }
          </li>
        }
      </ul>
      @if (formError(); as error) {
        <p class="banner banner--bad" role="alert"><bsd-icon name="cloud-off" size="m" />{{ error }}</p>
      }
      <button type="submit" class="btn btn--main" data-testid="new-password-save" [attr.aria-busy]="busy()">
        @if (busy()) {
          <span class="busy" aria-hidden="true"><i></i><i></i><i></i></span>
        }
        {{ button() }}
      </button>
    </form>
  `,
})
export class NewPassword {
  readonly #problems = inject(Problems);
  protected readonly t = inject(I18n).t;
  /** Whose password it is, for password managers. */
  readonly email = input('');
  readonly button = input.required<string>();
  /** The password that must not be used again, when the page knows it. */
  readonly former = input<string | null>(null);
  /** Rejects with ApiError; the form keeps what was written. */
  readonly save = input.required<(password: string) => Promise<void>>();
  /** The ticket or token is not good any more. */
  readonly expired = output<void>();
  protected readonly busy = signal(false);
  readonly #problem = signal<ApiProblem | null>(null);
  readonly #tried = signal(false);
  protected readonly form = new FormGroup({
    password: new FormControl('', { nonNullable: true }),
    repeat: new FormControl('', { nonNullable: true }),
  });
  private readonly first = viewChild.required<PasswordInput>('first');
  private readonly second = viewChild.required<PasswordInput>('second');
  readonly #events = toSignal(this.form.events);

  protected readonly rules = computed(() => {
    this.#events();
    const { password, repeat } = this.form.getRawValue();
    const rules = [
      { text: this.t('signin.ruleLength', { min: MIN_PASSWORD }), met: password.length >= MIN_PASSWORD },
      { text: this.t('signin.ruleRepeat'), met: password !== '' && password === repeat },
    ];
    const former = this.former();
    if (former !== null)
      rules.splice(1, 0, { text: this.t('signin.ruleOther'), met: password !== '' && password !== former });
    return rules;
  });
  protected readonly passwordError = computed(() => {
    this.#events();
    const code = this.#problem()?.errors?.find((error) => error.path === 'newPassword')?.code;
    if (code === 'same_password') return this.t('signin.samePassword');
    if (code === 'too_long') return this.t('signin.tooLong');
    if (code) return this.t('signin.tooShort', { min: MIN_PASSWORD });
    const { password } = this.form.controls;
    if (!this.#tried() && !(password.touched && password.value)) return null;
    if (password.value.length < MIN_PASSWORD) return this.t('signin.tooShort', { min: MIN_PASSWORD });
    return password.value === this.former() ? this.t('signin.samePassword') : null;
  });
  protected readonly repeatError = computed(() => {
    this.#events();
    const { password, repeat } = this.form.controls;
    if (!this.#tried() && !(repeat.touched && repeat.value)) return null;
    if (password.value === repeat.value) return null;
    return this.t(repeat.value ? 'signin.notSame' : 'signin.repeatRequired');
  });
  protected readonly formError = computed(() => {
    const problem = this.#problem();
    return problem && !problem.errors?.some((error) => error.path === 'newPassword')
      ? this.#problems.sentence(problem)
      : null;
  });

  constructor() {
    this.form.valueChanges.subscribe(() => this.#problem.set(null));
  }

  focus(): void {
    this.first().focus();
  }

  protected async submit(): Promise<void> {
    if (this.busy()) return;
    this.#tried.set(true);
    if (this.passwordError()) return this.first().focus();
    if (this.repeatError()) return this.second().focus();
    this.busy.set(true);
    try {
      await this.save()(this.form.controls.password.value);
    } catch (error) {
      // ApiError: too weak, too late or no answer
      const problem = toApiProblem(error);
      if (problem.errors?.some((one) => one.code === 'expired')) this.expired.emit();
      else this.#problem.set(problem);
      this.first().focus();
    } finally {
      this.busy.set(false);
    }
  }
}
