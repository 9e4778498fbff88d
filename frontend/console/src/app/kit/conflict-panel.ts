import { Component, inject, input } from '@angular/core';
import { I18n } from '../i18n/i18n.js';
import { type SettingsForm } from './settings-form.js';

/** What two people changed at once: both versions of each field, and the choice between them. */
@Component({
  selector: 'bsd-conflict-panel',
  template: `
    @if (form().conflicts(); as conflicts) {
      @if (conflicts.length > 0) {
        <section class="conflict" tabindex="-1" role="alert" aria-labelledby="conflict-title" data-testid="conflict">
          <div>
            <h2 id="conflict-title">{{ t('settings.conflict.title') }}</h2>
            <p class="small">{{ t('settings.conflict.text') }}</p>
          </div>
          @for (conflict of conflicts; track conflict.path) {
            <div class="conflict__f" [attr.data-path]="conflict.path">
              <h3>{{ form().label(conflict.path) }}</h3>
              <div class="conflict__v">
                <div>
                  <span class="meta">{{ t('settings.conflict.mine') }}</span><br /><span data-testid="conflict-mine">{{
                    form().show(conflict.path, conflict.mine)
                  }}</span>
                </div>
                <button
                  type="button"
                  class="btn btn--line btn--s"
                  data-testid="conflict-keep"
                  (click)="form().resolve('mine', conflict.path)"
                >
                  {{ t('settings.conflict.keep') }}
                </button>
              </div>
              <div class="conflict__v">
                <div>
                  <span class="meta">{{ t('settings.conflict.theirs') }}</span><br /><span
                    data-testid="conflict-theirs"
                    >{{ form().show(conflict.path, conflict.theirs) }}</span
                  >
                </div>
                <button
                  type="button"
                  class="btn btn--line btn--s"
                  data-testid="conflict-take"
                  (click)="form().resolve('theirs', conflict.path)"
                >
                  {{ t('settings.conflict.take') }}
                </button>
              </div>
            </div>
          }
          @if (conflicts.length > 1) {
            <div class="row row--wrap">
              <button type="button" class="btn btn--line" (click)="form().resolve('mine')">
                {{ t('settings.conflict.keepAll') }}
              </button>
              <button type="button" class="btn btn--line" (click)="form().resolve('theirs')">
                {{ t('settings.conflict.takeAll') }}
              </button>
            </div>
          }
        </section>
      }
    }
  `,
})
export class ConflictPanel<T extends object> {
  protected readonly t = inject(I18n).t;
  readonly form = input.required<SettingsForm<T>>();
}
