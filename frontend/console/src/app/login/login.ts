import { Component, ElementRef, afterNextRender, computed, effect, inject, signal, viewChild } from '@angular/core';
import { FormControl, FormGroup, ReactiveFormsModule, Validators } from '@angular/forms';
import { toSignal } from '@angular/core/rxjs-interop';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInputModule } from '@angular/material/input';
import { Title } from '@angular/platform-browser';
import { ActivatedRoute, Router } from '@angular/router';
import { toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Auth } from '../core/auth.js';
import { Problems } from '../core/problems.js';
import { Formats } from '../i18n/formats.js';
import { I18n } from '../i18n/i18n.js';
import { Avatar } from '../ui/avatar.js';
import { Icon } from '../ui/icon.js';
import { LanguageSwitch, ThemeSwitch } from '../ui/switches.js';

/** E-mail and password. An error stands at its field, the e-mail stays. */
@Component({
  selector: 'bsd-login',
  imports: [Avatar, Icon, LanguageSwitch, MatFormFieldModule, MatInputModule, ReactiveFormsModule, ThemeSwitch],
  templateUrl: './login.html',
})
export class Login {
  readonly #auth = inject(Auth);
  readonly #router = inject(Router);
  readonly #route = inject(ActivatedRoute);
  readonly #problems = inject(Problems);
  readonly #formats = inject(Formats);
  protected readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  protected readonly busy = signal(false);
  protected readonly visible = signal(false);
  protected readonly problem = signal<ApiProblem | null>(null);
  protected readonly reason = this.#auth.reason;
  protected readonly form = new FormGroup({
    email: new FormControl('', { nonNullable: true, validators: [Validators.required, Validators.email] }),
    password: new FormControl('', { nonNullable: true, validators: [Validators.required] }),
  });
  private readonly emailField = viewChild.required<ElementRef<HTMLInputElement>>('email');
  private readonly passwordField = viewChild.required<ElementRef<HTMLInputElement>>('password');
  readonly #changes = toSignal(this.form.events);

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
    if (problem?.status === 401) return this.t('login.wrong');
    if (problem?.status === 429)
      return this.t('login.throttled', { wait: this.#formats.wait(problem.retryAfterMs ?? 30_000) });
    return password.touched && password.invalid ? this.t('login.passwordRequired') : null;
  });
  /** What belongs to no field: no network, a server error. */
  protected readonly formError = computed(() => {
    const problem = this.problem();
    return problem && problem.status !== 401 && problem.status !== 429 ? this.#problems.sentence(problem) : null;
  });
  protected readonly cards = computed(() => [
    {
      seed: '7C4F',
      name: null,
      title: this.t('person.visitor', { code: '7C4F' }),
      channel: 'chat',
      at: '09:34',
      text: this.t('login.artText1'),
    },
    {
      seed: 'kd',
      name: this.t('login.artName2'),
      title: this.t('login.artName2'),
      channel: 'telegram',
      at: '09:25',
      text: this.t('login.artText2'),
    },
    {
      seed: 'ri',
      name: this.t('login.artName3'),
      title: this.t('login.artName3'),
      channel: 'vk',
      at: '09:22',
      text: this.t('login.artText3'),
    },
    {
      seed: 'kp',
      name: this.t('login.artName4'),
      title: this.t('login.artName4'),
      channel: 'email',
      at: '09:20',
      text: this.t('login.artText4'),
    },
  ]);

  constructor() {
    inject(Title).setTitle(`${this.t('login.title')} · ${this.t('app.name')}`);
    // signed in here or in another tab
    effect(() => {
      if (this.#auth.signedIn()) void this.#router.navigateByUrl(this.#back());
    });
    // on a phone the keyboard would cover the page before it is read
    afterNextRender(() => matchMedia('(pointer: fine)').matches && this.emailField().nativeElement.focus());
    this.form.valueChanges.subscribe(() => this.problem.set(null));
  }

  protected async submit(): Promise<void> {
    if (this.busy()) return;
    this.form.markAllAsTouched();
    if (this.form.controls.email.invalid) return this.emailField().nativeElement.focus();
    if (this.form.controls.password.invalid) return this.passwordField().nativeElement.focus();
    const { email, password } = this.form.getRawValue();
    this.busy.set(true);
    this.problem.set(null);
    try {
      await this.#auth.login(email.trim(), password);
    } catch (error) {
      // ApiError: wrong password, throttled or no answer; the form keeps what was written
      this.problem.set(toApiProblem(error));
      this.passwordField().nativeElement.select();
    } finally {
      this.busy.set(false);
    }
  }

  /** Only addresses inside the console: anything else in the parameter is somebody's trick. */
  #back(): string {
    const back = this.#route.snapshot.queryParamMap.get('back') ?? '/';
    return /^\/(?![/\\])/.test(back) && !back.startsWith('/login') ? back : '/';
  }
}
