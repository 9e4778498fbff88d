import { Component, ElementRef, computed, effect, inject, input, untracked } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { Live } from '../core/live.js';
import { Problems } from '../core/problems.js';
import { Formats } from '../i18n/formats.js';
import { I18n } from '../i18n/i18n.js';
import { delayed } from '../ui/delayed.js';
import { Icon } from '../ui/icon.js';
import { ConflictPanel } from './conflict-panel.js';
import { type SettingsForm } from './settings-form.js';

const SKELETON_AFTER_MS = 150;
const SLOW_AFTER_MS = 8_000;

/** The form of a page: skeleton, failure, conflict, the fields (inside, under `@if (form.ready())`) and the bar that saves them. */
@Component({
  selector: 'bsd-form-frame',
  imports: [ConflictPanel, Icon],
  template: `
    <form class="fbody scroll" novalidate (submit)="$event.preventDefault(); save()">
      @switch (form().state()) {
        @case ('loading') {
          @if (slow()) {
            <p class="fs muted" role="status">{{ t('settings.slow') }}</p>
          } @else if (skeleton()) {
            <div class="fs" aria-hidden="true" data-testid="settings-skeleton">
              @for (width of [30, 100, 100, 60, 100]; track $index) {
                <span class="sk" [style.width.%]="width" [style.height.px]="width === 100 ? 36 : 14"></span>
              }
            </div>
          }
        }
        @case ('failed') {
          <div class="empty" role="alert">
            <bsd-icon name="triangle-alert" class="danger" />
            <h2>{{ t('settings.failed') }}</h2>
            @if (form().problem(); as problem) {
              <p>{{ problems.sentence(problem) }}</p>
            }
            <button type="button" class="btn btn--line" data-testid="settings-retry" (click)="form().reload()">
              {{ t('error.retry') }}
            </button>
          </div>
        }
      }
      <bsd-conflict-panel [form]="form()" />
      <ng-content />
    </form>
    @if (form().ready()) {
      @if (trouble(); as text) {
        <div class="banner banner--bad save__bad" role="alert" data-testid="settings-problem">
          <bsd-icon name="circle-alert" size="m" /><span class="grow">{{ text }}</span>
        </div>
      }
      <footer class="save">
        <span class="small muted grow cut" role="status" data-testid="settings-status" [attr.title]="status()">{{
          status()
        }}</span>
        @if (form().dirty()) {
          <button type="button" class="btn" data-testid="settings-discard" (click)="discard()">
            {{ t('settings.undo') }}
          </button>
        }
        <button
          type="button"
          class="btn btn--main"
          data-testid="settings-save"
          [attr.aria-disabled]="form().dirty() ? null : true"
          [attr.aria-busy]="form().saving()"
          (click)="save()"
        >
          @if (form().saving()) {
            <span class="busy" aria-hidden="true"><i></i><i></i><i></i></span>
          }
          {{ t('settings.save') }}
        </button>
      </footer>
    }
  `,
  host: { class: 'frame' },
})
export class FormFrame<T extends object> {
  readonly #formats = inject(Formats);
  readonly #element = inject<ElementRef<HTMLElement>>(ElementRef);
  protected readonly problems = inject(Problems);
  protected readonly t = inject(I18n).t;
  readonly form = input.required<SettingsForm<T>>();
  protected readonly skeleton = delayed(() => this.form().state() === 'loading', SKELETON_AFTER_MS);
  protected readonly slow = delayed(() => this.form().state() === 'loading', SLOW_AFTER_MS);

  protected readonly trouble = computed(() => {
    const form = this.form();
    if (form.blocked() === 'conflict') return this.t('settings.decide');
    if (form.blocked() === 'invalid') return this.t('settings.fix', { names: form.invalidNames() });
    const problem = form.saveProblem();
    return problem ? this.t('settings.notSaved', { reason: this.problems.sentence(problem).replace(/\.$/, '') }) : '';
  });
  protected readonly status = computed(() => {
    const form = this.form();
    if (form.saving()) return this.t('settings.saving');
    if (form.restoredNames()) return this.t('settings.restored', { names: form.restoredNames() });
    if (form.dirty()) return this.t('settings.changed', { names: form.changedNames() });
    const saved = form.savedAt();
    return saved ? this.t('settings.saved', { time: this.#formats.clock(saved) }) : this.t('settings.unchanged');
  });

  constructor() {
    // the connection was away: what changed meanwhile was not told
    inject(Live)
      .refreshes.pipe(takeUntilDestroyed())
      .subscribe(() => void this.form().refresh());
    effect(() => {
      if (this.form().blocked() !== 'conflict') return;
      untracked(() => this.#element.nativeElement.querySelector<HTMLElement>('.conflict')?.focus());
    });
  }

  protected save(): void {
    void this.form().save();
  }

  protected discard(): void {
    this.form().discard();
  }
}
