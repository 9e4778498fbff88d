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
import { FormControl, ReactiveFormsModule, Validators } from '@angular/forms';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInputModule } from '@angular/material/input';
import { toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Auth } from '../core/auth.js';
import { Problems } from '../core/problems.js';
import { I18n } from '../i18n/i18n.js';
import { Icon } from '../ui/icon.js';

/** Asks for a mail with a link to a new password. Whether the address is known is not said. */
@Component({
  selector: 'bsd-forgot',
  imports: [Icon, MatFormFieldModule, MatInputModule, ReactiveFormsModule],
  template: `
    @if (sent()) {
      <div class="login__in" role="status">
        <h1>{{ t('signin.forgotSent') }}</h1>
        <p class="muted login__lead">{{ t('signin.forgotSentText', { email: email.value.trim() }) }}</p>
        @if (!mailServer()) {
          <p class="banner banner--wait"><bsd-icon name="mail" size="m" />{{ t('signin.forgotKept') }}</p>
        }
        <div class="login__links">
          <button type="button" class="linkish" (click)="sent.set(false)">{{ t('signin.forgotAgain') }}</button>
          <button type="button" class="linkish" data-testid="login-back" (click)="back.emit()">
            {{ t('signin.back') }}
          </button>
        </div>
      </div>
    } @else {
      <form class="login__in" (submit)="$event.preventDefault(); submit()" novalidate>
        <h1>{{ t('signin.forgotTitle') }}</h1>
        <p class="muted login__lead">{{ t('signin.forgotLead') }}</p>
        <div class="field">
          <label for="forgot-email">{{ t('login.email') }}</label>
          <mat-form-field appearance="outline" subscriptSizing="dynamic" [class.is-bad]="error() !== null">
            <input
              #field
              matInput
              id="forgot-email"
              type="email"
              inputmode="email"
              autocomplete="username"
              autocapitalize="none"
              spellcheck="false"
              [formControl]="email"
              data-testid="forgot-email"
              [attr.aria-invalid]="error() ? true : null"
              [attr.aria-describedby]="error() ? 'forgot-email-error' : null"
            />
          </mat-form-field>
          @if (error(); as text) {
            <span class="err" id="forgot-email-error" role="alert"
              ><bsd-icon name="circle-alert" size="s" />{{ text }}</span
            >
          }
        </div>
        @if (problem(); as p) {
          <p class="banner banner--bad" role="alert">
            <bsd-icon name="cloud-off" size="m" />{{ problems.sentence(p) }}
          </p>
        }
        <button type="submit" class="btn btn--main" data-testid="forgot-submit" [attr.aria-busy]="busy()">
          @if (busy()) {
            <span class="busy" aria-hidden="true"><i></i><i></i><i></i></span>
          }
          {{ t('signin.forgotSend') }}
        </button>
        <div class="login__links">
          <button type="button" class="linkish" data-testid="login-back" (click)="back.emit()">
            {{ t('signin.back') }}
          </button>
        </div>
      </form>
    }
  `,
})
export class Forgot {
  readonly #auth = inject(Auth);
  readonly #i18n = inject(I18n);
  protected readonly problems = inject(Problems);
  protected readonly t = this.#i18n.t;
  /** What stood in the login form. */
  readonly start = input('');
  readonly mailServer = input(true);
  readonly back = output<void>();
  protected readonly busy = signal(false);
  protected readonly sent = signal(false);
  protected readonly problem = signal<ApiProblem | null>(null);
  protected readonly email = new FormControl('', {
    nonNullable: true,
    validators: [Validators.required, Validators.email],
  });
  readonly #events = toSignal(this.email.events);
  private readonly field = viewChild<ElementRef<HTMLInputElement>>('field');

  protected readonly error = computed(() => {
    this.#events();
    if (!this.email.touched || this.email.valid) return null;
    return this.t(this.email.hasError('required') ? 'login.emailRequired' : 'login.emailInvalid');
  });

  constructor() {
    afterNextRender(() => {
      this.email.setValue(this.start());
      this.field()?.nativeElement.focus();
    });
  }

  protected async submit(): Promise<void> {
    if (this.busy()) return;
    this.email.markAsTouched();
    if (this.email.invalid) return this.field()?.nativeElement.focus();
    this.busy.set(true);
    this.problem.set(null);
    try {
      await this.#auth.requestReset(this.email.value.trim(), this.#i18n.lang());
      this.sent.set(true);
    } catch (error) {
      // ApiError: too many mails or no answer; the form keeps the address
      this.problem.set(toApiProblem(error));
    } finally {
      this.busy.set(false);
    }
  }
}
