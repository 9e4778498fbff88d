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
import { toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Problems } from '../core/problems.js';
import { Formats } from '../i18n/formats.js';
import { I18n } from '../i18n/i18n.js';
import { Icon } from '../ui/icon.js';

let count = 0;

/** Asks for a password or a code before something that needs it. */
@Component({
  selector: 'bsd-ask-secret',
  imports: [Icon],
  template: `
    <form class="stack" novalidate (submit)="$event.preventDefault(); submit()">
      <div class="field">
        <label [attr.for]="id">{{ label() }}</label>
        <input
          #field
          class="input"
          [class.code]="kind() === 'code'"
          [id]="id"
          [attr.type]="kind() === 'password' ? 'password' : 'text'"
          [attr.autocomplete]="kind() === 'password' ? 'current-password' : 'one-time-code'"
          autocapitalize="none"
          spellcheck="false"
          [attr.data-testid]="testId()"
          [attr.aria-invalid]="error() ? true : null"
          [attr.aria-describedby]="id + '-note'"
          (input)="typed(field.value)"
        />
        @if (error(); as text) {
          <span class="err" [id]="id + '-note'" role="alert"
            ><bsd-icon name="circle-alert" size="s" /><span>{{ text }}</span></span
          >
        } @else if (hint()) {
          <span class="hint" [id]="id + '-note'">{{ hint() }}</span>
        }
      </div>
      <div class="row row--wrap">
        <button
          type="submit"
          class="btn"
          [class.btn--main]="!danger()"
          [class.btn--bad]="danger()"
          [attr.data-testid]="testId() + '-go'"
          [attr.aria-busy]="busy()"
        >
          @if (busy()) {
            <span class="busy" aria-hidden="true"><i></i><i></i><i></i></span>
          }
          {{ action() }}
        </button>
        <button type="button" class="btn" (click)="cancelled.emit()">{{ t('settings.cancel') }}</button>
      </div>
    </form>
  `,
})
export class AskSecret {
  readonly #problems = inject(Problems);
  readonly #formats = inject(Formats);
  protected readonly t = inject(I18n).t;
  protected readonly id = `ask-secret-${(count += 1)}`;
  readonly kind = input.required<'password' | 'code'>();
  readonly label = input.required<string>();
  readonly action = input.required<string>();
  readonly testId = input.required<string>();
  readonly hint = input('');
  readonly danger = input(false);
  /** Rejects with ApiError; a 4xx about the value is said at the field. */
  readonly run = input.required<(value: string) => Promise<void>>();
  readonly cancelled = output<void>();
  protected readonly busy = signal(false);
  readonly #value = signal('');
  readonly #tried = signal(false);
  readonly #problem = signal<ApiProblem | null>(null);
  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');

  protected readonly error = computed(() => {
    const problem = this.#problem();
    const password = this.kind() === 'password';
    if (problem) {
      if (problem.status === 429)
        return this.t('account.ask.throttled', { wait: this.#formats.wait(problem.retryAfterMs ?? 30_000) });
      if (problem.errors?.length) return this.t(password ? 'account.ask.wrongPassword' : 'account.ask.wrongCode');
      return this.#problems.sentence(problem);
    }
    if (!this.#tried() || this.#value().trim()) return '';
    return this.t(password ? 'account.ask.noPassword' : 'account.ask.noCode');
  });

  constructor() {
    afterNextRender(() => this.field().nativeElement.focus());
  }

  protected typed(value: string): void {
    this.#value.set(value);
    this.#problem.set(null);
  }

  protected async submit(): Promise<void> {
    if (this.busy()) return;
    this.#tried.set(true);
    if (!this.#value().trim()) return this.field().nativeElement.focus();
    this.busy.set(true);
    try {
      await this.run()(this.kind() === 'code' ? this.#value().replace(/\s/g, '') : this.#value());
    } catch (error) {
      // ApiError: wrong, throttled or no answer; what was written stays
      this.#problem.set(toApiProblem(error));
      this.field().nativeElement.select();
    } finally {
      this.busy.set(false);
    }
  }
}
