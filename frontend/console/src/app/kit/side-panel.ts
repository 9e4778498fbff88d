import {
  Component,
  ElementRef,
  Injector,
  afterNextRender,
  computed,
  effect,
  inject,
  input,
  output,
} from '@angular/core';
import { Problems } from '../core/problems.js';
import { I18n } from '../i18n/i18n.js';
import { delayed } from '../ui/delayed.js';
import { Icon } from '../ui/icon.js';
import { ConflictPanel } from './conflict-panel.js';
import { Panels } from './panels.js';
import { type SettingsForm } from './settings-form.js';

/** Where the focus goes: the first line of text, else the first choice, else whatever can be filled in. */
const FIRST = ['input[type=text]', 'select', 'input'];

/**
 * The panel beside a list: heading and cross, the body (inside; fields of a form under `@if (form.ready())`), a line with the button
 * that does what the panel is for. With a form it shows the form's states; without one the page says what goes on.
 */
@Component({
  selector: 'bsd-side-panel',
  imports: [ConflictPanel, Icon],
  template: `
    <header class="side__h">
      <h2 class="grow cut">{{ heading() }}</h2>
      <button
        type="button"
        class="btn btn--ico"
        [attr.aria-label]="t('settings.closePanel')"
        data-testid="panel-close"
        (click)="panels.close()"
      >
        <bsd-icon name="x" />
      </button>
    </header>
    @if (failure(); as problem) {
      <div class="empty" role="alert">
        <bsd-icon name="triangle-alert" class="danger" />
        @if (problem.status === 404 && gone()) {
          <h2>{{ gone() }}</h2>
        } @else {
          <h2>{{ t('settings.list.failed') }}</h2>
          <p>{{ problems.sentence(problem) }}</p>
          <button type="button" class="btn btn--line" data-testid="settings-retry" (click)="form()?.reload()">
            {{ t('error.retry') }}
          </button>
        }
      </div>
    } @else if (ready()) {
      <form class="side__b scroll" novalidate (submit)="$event.preventDefault(); go.emit()">
        @if (form(); as one) {
          <bsd-conflict-panel [form]="one" />
        }
        <ng-content />
        <button type="submit" class="sr" tabindex="-1" aria-hidden="true"></button>
      </form>
      @if (trouble(); as text) {
        <p class="banner banner--bad side__bad" role="alert" data-testid="settings-problem">
          <bsd-icon name="circle-alert" size="m" />{{ text }}
        </p>
      }
      <footer class="side__f">
        <span class="hint grow" role="status">{{ status() }}</span>
        @if (cancel()) {
          <button type="button" class="btn" (click)="panels.close()">{{ t('settings.cancel') }}</button>
        }
        <button
          type="button"
          class="btn btn--main"
          [attr.data-testid]="actionId()"
          [attr.aria-busy]="busy() || form()?.saving() || false"
          [attr.aria-disabled]="waits() || null"
          (click)="go.emit()"
        >
          @if (busy() || form()?.saving()) {
            <span class="busy" aria-hidden="true"><i></i><i></i><i></i></span>
          }
          {{ action() }}
        </button>
      </footer>
    } @else if (skeleton()) {
      <div class="side__b scroll" aria-hidden="true">
        @for (width of [40, 100, 100, 100, 60]; track $index) {
          <span class="sk" [style.width.%]="width" [style.height.px]="width === 100 ? 36 : 14"></span>
        }
      </div>
    }
  `,
  host: { class: 'side', role: 'complementary', '[attr.aria-label]': 'heading()' },
})
export class SidePanel<F extends object> {
  readonly #element = inject<ElementRef<HTMLElement>>(ElementRef);
  readonly #injector = inject(Injector);
  protected readonly panels = inject(Panels);
  protected readonly problems = inject(Problems);
  protected readonly t = inject(I18n).t;
  readonly heading = input.required<string>();
  /** Words of the button. */
  readonly action = input.required<string>();
  readonly actionId = input('settings-save');
  readonly form = input<SettingsForm<F>>();
  /** Heading when the item is not there any more. */
  readonly gone = input('');
  /** Beside the button; unless told, what was changed of an item. */
  readonly note = input('');
  /** Why the action failed, where there is no form that knows. */
  readonly problem = input('');
  readonly busy = input(false);
  /** There is nothing to do yet; unless told, an item without changes. */
  readonly idle = input<boolean>();
  readonly cancel = input(false);
  /** The button, or Enter in a field. */
  readonly go = output<void>();
  readonly #isNew = computed(() => this.panels.shown() === 'new');
  protected readonly ready = computed(() => this.form()?.ready() ?? true);
  protected readonly failure = computed(() => (this.form()?.state() === 'failed' && this.form()?.problem()) || null);
  protected readonly skeleton = delayed(() => !this.ready(), 150);
  protected readonly trouble = computed(() => {
    const problem = this.form()?.saveProblem();
    return problem ? this.problems.sentence(problem) : this.problem();
  });
  protected readonly waits = computed(() => this.idle() ?? (!!this.form() && !this.#isNew() && !this.form()?.dirty()));
  protected readonly status = computed(() => {
    const form = this.form();
    if (this.note() || !form?.dirty() || this.#isNew()) return this.note();
    return this.t('settings.changed', { names: form.changedNames() });
  });

  constructor() {
    // not at opening: what is read first has no field yet
    effect(() => {
      this.panels.shown();
      if (this.ready()) afterNextRender(() => this.#focus(), { injector: this.#injector });
    });
  }

  #focus(): void {
    const body = this.#element.nativeElement.querySelector('.side__b');
    const [first] = FIRST.flatMap((selector) => body?.querySelector<HTMLElement>(selector) ?? []);
    first?.focus();
  }
}
