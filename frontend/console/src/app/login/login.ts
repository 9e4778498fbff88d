import { Component, ElementRef, afterNextRender, computed, effect, inject, signal, viewChild } from '@angular/core';
import { FormControl, FormGroup, ReactiveFormsModule, Validators } from '@angular/forms';
import { toSignal } from '@angular/core/rxjs-interop';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInputModule } from '@angular/material/input';
import { Title } from '@angular/platform-browser';
import { ActivatedRoute, Router } from '@angular/router';
import { ApiError, toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Auth, type NextStep, type SignInOptions } from '../core/auth.js';
import { Problems } from '../core/problems.js';
import { Formats } from '../i18n/formats.js';
import { I18n } from '../i18n/i18n.js';
import { type MessageKey } from '../i18n/ru.js';
import { Icon } from '../ui/icon.js';
import { CodeStep } from './code-step.js';
import { Forgot } from './forgot.js';
import { LoginFrame } from './login-frame.js';
import { NewPassword } from './new-password.js';
import { PasswordInput } from './password-input.js';

type Step =
  | { readonly kind: 'start' }
  | { readonly kind: 'forgot' }
  | { readonly kind: 'code' | 'password'; readonly ticket: string };

const SSO_MESSAGES: Readonly<Record<string, MessageKey>> = {
  refused: 'signin.ssoRefused',
  unverified: 'signin.ssoUnverified',
  unknown: 'signin.ssoUnknown',
  disabled: 'signin.ssoDisabled',
  failed: 'signin.ssoFailed',
  expired: 'signin.ssoExpired',
};

/** E-mail and password, then what the server asks further. An error stands at its field, the e-mail stays. */
@Component({
  selector: 'bsd-login',
  imports: [
    CodeStep,
    Forgot,
    Icon,
    LoginFrame,
    MatFormFieldModule,
    MatInputModule,
    NewPassword,
    PasswordInput,
    ReactiveFormsModule,
  ],
  templateUrl: './login.html',
})
export class Login {
  readonly #auth = inject(Auth);
  readonly #router = inject(Router);
  readonly #query = inject(ActivatedRoute).snapshot.queryParamMap;
  readonly #problems = inject(Problems);
  readonly #formats = inject(Formats);
  protected readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  protected readonly busy = signal(false);
  protected readonly step = signal<Step>(this.#query.has('forgot') ? { kind: 'forgot' } : { kind: 'start' });
  protected readonly options = signal<SignInOptions | null>(null);
  protected readonly problem = signal<ApiProblem | null>(null);
  readonly #late = signal(false);
  readonly #sso = signal(this.#query.get('sso'));
  protected readonly ssoUrl = `/api/auth/oidc/start?back=${encodeURIComponent(this.#back())}`;
  protected readonly form = new FormGroup({
    email: new FormControl('', { nonNullable: true, validators: [Validators.required, Validators.email] }),
    password: new FormControl('', { nonNullable: true, validators: [Validators.required] }),
  });
  private readonly emailField = viewChild<ElementRef<HTMLInputElement>>('email');
  private readonly passwordField = viewChild<PasswordInput>('password');
  readonly #changes = toSignal(this.form.events);

  protected readonly ticket = computed(() => {
    const step = this.step();
    return 'ticket' in step ? step.ticket : '';
  });
  protected readonly email = computed(() => {
    this.#changes();
    return this.form.controls.email.value.trim();
  });
  /** Why the page is shown: the session ended, single sign-on failed, a step took too long. */
  protected readonly notice = computed(() => {
    if (this.#late()) return this.t('signin.ticketExpired');
    const sso = this.#sso();
    if (sso) return this.t(SSO_MESSAGES[sso] ?? 'signin.ssoFailed');
    switch (this.#auth.reason()) {
      case 'ended':
        return this.t('login.ended');
      case 'expired':
        return this.t('login.expired');
      case 'signed-out':
        return this.t('login.signedOut');
      default:
        return null;
    }
  });
  protected readonly emailError = computed(() => {
    this.#changes();
    const { email } = this.form.controls;
    if (!email.touched || email.valid) return null;
    return this.t(email.hasError('required') ? 'login.emailRequired' : 'login.emailInvalid');
  });
  protected readonly passwordError = computed(() => {
    this.#changes();
    const problem = this.problem();
    const { password } = this.form.controls;
    if (problem?.errors?.some((error) => error.code === 'expired')) return this.t('signin.oneTimeExpired');
    if (problem?.status === 401) return this.t('login.wrong');
    if (problem?.status === 429)
      return this.t('login.throttled', { wait: this.#formats.wait(problem.retryAfterMs ?? 30_000) });
    return password.touched && password.invalid ? this.t('login.passwordRequired') : null;
  });
  /** What belongs to no field: no network, a server error, passwords that are off. */
  protected readonly formError = computed(() => {
    const problem = this.problem();
    if (!problem || problem.status === 401 || problem.status === 429) return null;
    return problem.status === 403 ? this.t('signin.passwordsOff') : this.#problems.sentence(problem);
  });

  constructor() {
    inject(Title).setTitle(`${this.t('login.title')} · ${this.t('app.name')}`);
    // signed in here or in another tab
    effect(() => {
      if (this.#auth.signedIn()) void this.#router.navigateByUrl(this.#back());
    });
    // on a phone the keyboard would cover the page before it is read
    afterNextRender(() => matchMedia('(pointer: fine)').matches && this.emailField()?.nativeElement.focus());
    this.form.valueChanges.subscribe(() => this.problem.set(null));
    void this.#loadOptions();
  }

  protected async submit(): Promise<void> {
    if (this.busy()) return;
    this.form.markAllAsTouched();
    if (this.form.controls.email.invalid) return this.emailField()?.nativeElement.focus();
    if (this.form.controls.password.invalid) return this.passwordField()?.focus();
    const { email, password } = this.form.getRawValue();
    this.busy.set(true);
    this.problem.set(null);
    try {
      const next = await this.#auth.login(email.trim(), password);
      if (next) this.go(next);
    } catch (error) {
      // ApiError: wrong password, throttled or no answer; the form keeps what was written
      this.problem.set(toApiProblem(error));
      this.passwordField()?.select();
    } finally {
      this.busy.set(false);
    }
  }

  protected leave(): void {
    this.#auth.leaveForSingleSignOn();
  }

  protected go(next: NextStep): void {
    this.#late.set(false);
    this.#sso.set(null);
    this.step.set({ kind: next.next, ticket: next.ticket });
  }

  protected expire(): void {
    this.#late.set(true);
    this.step.set({ kind: 'start' });
  }

  protected readonly choose = async (newPassword: string): Promise<void> => {
    const next = await this.#auth.continueLogin(this.ticket(), { newPassword });
    if (next) this.go(next);
  };

  async #loadOptions(): Promise<void> {
    try {
      this.options.set(await this.#auth.options());
    } catch (error) {
      // ApiError: no answer; e-mail and password are offered, whatever else there is
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** Only addresses inside the console: anything else in the parameter is somebody's trick. */
  #back(): string {
    const back = this.#query.get('back') ?? '/';
    return /^\/(?![/\\])/.test(back) && !back.startsWith('/login') ? back : '/';
  }
}
