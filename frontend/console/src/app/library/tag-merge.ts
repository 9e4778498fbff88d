import { Component, computed, inject, input, signal } from '@angular/core';
import { toApiProblem } from '@beseda/realtime';
import { Problems } from '../core/problems.js';
import { I18n } from '../i18n/i18n.js';
import { Panels } from '../kit/panels.js';
import { SidePanel } from '../kit/side-panel.js';
import { type Tag } from './model.js';
import { TagsStore } from './tags.store.js';

/** The panel that merges a tag into another. */
@Component({
  selector: 'bsd-tag-merge',
  imports: [SidePanel],
  template: `
    <bsd-side-panel
      data-testid="tag-merge"
      actionId="merge-go"
      [heading]="t('library.merge.title', { name: tag().name })"
      [action]="t('library.merge.go')"
      [cancel]="true"
      [idle]="!target()"
      [busy]="busy()"
      [problem]="problem()"
      (go)="merge()"
    >
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
    </bsd-side-panel>
  `,
})
export class TagMerge {
  readonly #panels = inject(Panels);
  readonly #problems = inject(Problems);
  readonly #store = inject(TagsStore);
  protected readonly t = inject(I18n).t;
  readonly tag = input.required<Tag>();
  protected readonly into = signal('');
  protected readonly busy = signal(false);
  protected readonly problem = signal('');
  protected readonly others = computed(() =>
    (this.#store.list.items() ?? [])
      .filter((tag) => tag.id !== this.tag().id)
      .sort((a, b) => a.name.localeCompare(b.name)),
  );
  protected readonly target = computed(() => this.others().find((tag) => tag.id === this.into()));

  protected async merge(): Promise<void> {
    const target = this.target();
    if (!target || this.busy()) return;
    this.busy.set(true);
    this.problem.set('');
    try {
      await this.#store.merge(this.tag().id, target.id);
      this.#panels.done(this.t('library.merge.done', { into: target.name }));
    } catch (error) {
      // ApiError: said above the button, nothing was merged
      this.problem.set(this.#problems.sentence(toApiProblem(error)));
    } finally {
      this.busy.set(false);
    }
  }
}
