import {
  Component,
  ElementRef,
  Injector,
  afterNextRender,
  computed,
  inject,
  input,
  signal,
  viewChild,
} from '@angular/core';
import { toApiProblem } from '@beseda/realtime';
import { Problems } from '../../core/problems.js';
import { I18n } from '../../i18n/i18n.js';
import { Icon } from '../../ui/icon.js';

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** A value that becomes a field of the same height when it is pressed. Enter saves, Escape gives up, an error keeps what was typed. */
@Component({
  selector: 'bsd-editable-value',
  imports: [Icon],
  template: `
    @if (editing()) {
      <form class="edit" (submit)="$event.preventDefault(); submit()">
        <input
          #field
          class="edit__in"
          [type]="type()"
          autocomplete="off"
          maxlength="200"
          [attr.data-testid]="'contact-' + this.field() + '-input'"
          [attr.aria-label]="label()"
          [attr.aria-invalid]="error() ? true : null"
          [attr.aria-describedby]="error() ? 'edit-error-' + this.field() : null"
          [value]="typed()"
          (input)="typed.set(field.value); error.set(null)"
          (keydown)="key($event)"
          (blur)="submit()"
        />
      </form>
      @if (error(); as text) {
        <span class="err" role="alert" [id]="'edit-error-' + this.field()"
          ><bsd-icon name="circle-alert" size="s" />{{ text }}</span
        >
      }
    } @else {
      <button
        type="button"
        class="edit__show"
        [class.is-empty]="!value()"
        [attr.data-testid]="'contact-' + field()"
        [attr.aria-label]="
          value() ? t('card.edit', { name: label() }) + ', ' + value() : t('card.add') + ': ' + label()
        "
        (click)="start()"
      >
        <span class="edit__v"
          ><span [textContent]="shown().head"></span><wbr /><span [textContent]="shown().tail"></span
        ></span>
        <bsd-icon name="pencil" size="s" />
      </button>
    }
  `,
  host: { class: 'editable' },
})
export class EditableValue {
  readonly #problems = inject(Problems);
  readonly #injector = inject(Injector);
  readonly #host = inject<ElementRef<HTMLElement>>(ElementRef);
  protected readonly t = inject(I18n).t;
  readonly field = input.required<string>();
  readonly label = input.required<string>();
  readonly value = input.required<string>();
  readonly type = input<'text' | 'email' | 'tel'>('text');
  readonly save = input.required<(value: string) => Promise<void>>();

  protected readonly editing = signal(false);
  protected readonly typed = signal('');
  protected readonly error = signal<string | null>(null);
  private readonly inputView = viewChild<ElementRef<HTMLInputElement>>('field');
  #saving = false;

  /** An e-mail address breaks at its @. */
  protected readonly shown = computed(() => {
    const value = this.value();
    if (!value) return { head: this.t('card.add'), tail: '' };
    const at = this.type() === 'email' ? value.indexOf('@') : -1;
    return at < 0 ? { head: value, tail: '' } : { head: value.slice(0, at + 1), tail: value.slice(at + 1) };
  });

  protected start(): void {
    this.typed.set(this.value());
    this.error.set(null);
    this.editing.set(true);
    afterNextRender(() => this.inputView()?.nativeElement.select(), { injector: this.#injector });
  }

  protected key(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    this.#stop();
  }

  protected async submit(): Promise<void> {
    if (this.#saving || !this.editing()) return;
    const value = this.typed().trim();
    if (value === this.value().trim()) return this.#stop();
    if (this.type() === 'email' && value && !EMAIL.test(value)) return this.error.set(this.t('card.notEmail'));
    this.#saving = true;
    try {
      await this.save()(value);
      this.#stop();
    } catch (error) {
      // ApiError: said at the field, what was typed stays
      const problem = toApiProblem(error);
      this.error.set(
        problem.code === 'INVALID_ARGUMENT'
          ? this.t('card.refused')
          : this.t('card.saveFailed', { reason: this.#problems.reason(error) }),
      );
    } finally {
      this.#saving = false;
    }
  }

  #stop(): void {
    const hadFocus = this.#host.nativeElement.contains(document.activeElement);
    this.editing.set(false);
    this.error.set(null);
    if (hadFocus)
      afterNextRender(() => this.#host.nativeElement.querySelector('button')?.focus(), { injector: this.#injector });
  }
}
