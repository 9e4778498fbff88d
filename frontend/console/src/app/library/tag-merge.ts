import { Component, computed, inject, input, output, signal } from '@angular/core';
import { toApiProblem } from '@beseda/realtime';
import { Problems } from '../core/problems.js';
import { I18n } from '../i18n/i18n.js';
import { Icon } from '../ui/icon.js';
import { type Tag } from './model.js';
import { TagsStore } from './tags.store.js';

/** The panel that merges a tag into another. */
@Component({
  selector: 'bsd-tag-merge',
  imports: [Icon],
  template: `
    <header class="side__h">
      <h2 class="grow cut">{{ t('library.merge.title', { name: tag().name }) }}</h2>
      <button
        type="button"
        class="btn btn--ico"
        [attr.aria-label]="t('library.close')"
        data-testid="panel-close"
        (click)="closed.emit()"
      >
        <bsd-icon name="x" />
      </button>
    </header>
    <form class="side__b scroll" (submit)="$event.preventDefault(); merge()">
      <div class="field">
        <label for="merge-into">{{ t('library.merge.into') }}</label>
        <select #box id="merge-into" class="input" data-testid="merge-into" (change)="into.set(box.value)">
          <option value="">{{ t('library.merge.choose') }}</option>
          @for (other of others(); track other.id) {
            <option [value]="other.id" [selected]="other.id === into()">{{ other.name }}</option>
          }
        </select>
      </div>
      @if (target(); as other) {
        <p class="small" role="status" data-testid="merge-text">
          {{ t('library.merge.text', { n: tag().usage ?? 0, from: tag().name, into: other.name }) }}
        </p>
      }
      @if (problem(); as reason) {
        <p class="err" role="alert"><bsd-icon name="circle-alert" size="s" />{{ reason }}</p>
      }
    </form>
    <footer class="side__f">
      <span class="grow"></span>
      <button type="button" class="btn" (click)="closed.emit()">{{ t('settings.cancel') }}</button>
      <button
        type="button"
        class="btn btn--main"
        data-testid="merge-go"
        [attr.aria-disabled]="target() ? null : true"
        [attr.aria-busy]="busy()"
        (click)="merge()"
      >
        {{ t('library.merge.go') }}
      </button>
    </footer>
  `,
  host: {
    class: 'side',
    role: 'complementary',
    '[attr.aria-label]': "t('library.merge.title', { name: tag().name })",
    'data-testid': 'tag-merge',
  },
})
export class TagMerge {
  readonly #store = inject(TagsStore);
  readonly #problems = inject(Problems);
  protected readonly t = inject(I18n).t;
  readonly tag = input.required<Tag>();
  readonly closed = output<void>();
  readonly done = output<string>();
  protected readonly into = signal('');
  protected readonly busy = signal(false);
  protected readonly problem = signal<string | null>(null);
  protected readonly others = computed(() =>
    (this.#store.items() ?? []).filter((tag) => tag.id !== this.tag().id).sort((a, b) => a.name.localeCompare(b.name)),
  );
  protected readonly target = computed(() => this.others().find((tag) => tag.id === this.into()));

  protected async merge(): Promise<void> {
    const target = this.target();
    if (!target || this.busy()) return;
    this.busy.set(true);
    this.problem.set(null);
    try {
      await this.#store.merge(this.tag().id, target.id);
      this.done.emit(target.name);
    } catch (error) {
      // ApiError: said under the choice, nothing was merged
      this.problem.set(this.#problems.sentence(toApiProblem(error)));
    } finally {
      this.busy.set(false);
    }
  }
}
