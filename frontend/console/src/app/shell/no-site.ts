import { Component, inject, signal } from '@angular/core';
import { Router } from '@angular/router';
import { toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Problems } from '../core/problems.js';
import { Sites } from '../core/sites.js';
import { I18n } from '../i18n/i18n.js';
import { Icon } from '../ui/icon.js';

/** Shown when there is no site to open: none is given to this operator, or the list could not be loaded. */
@Component({
  selector: 'bsd-no-site',
  imports: [Icon],
  template: `
    <main class="page">
      <div class="empty">
        @if (sites.items(); as items) {
          @if (items.length === 0) {
            <bsd-icon name="globe" />
            <h1>{{ t('sites.none') }}</h1>
            <p>{{ t('sites.noneText') }}</p>
          }
        } @else {
          <bsd-icon name="triangle-alert" class="danger" />
          <h1>{{ t('sites.failed') }}</h1>
          @if (problem(); as p) {
            <p>{{ problems.sentence(p) }}</p>
          }
        }
        <button type="button" class="btn btn--line" (click)="again()">{{ t('error.retry') }}</button>
      </div>
    </main>
  `,
})
export class NoSite {
  readonly #router = inject(Router);
  protected readonly sites = inject(Sites);
  protected readonly problems = inject(Problems);
  protected readonly t = inject(I18n).t;
  protected readonly problem = signal<ApiProblem | null>(null);

  protected async again(): Promise<void> {
    try {
      const items = await this.sites.load();
      const site = this.sites.preferred(items);
      if (site) await this.#router.navigate(['/sites', site.id, 'dialogs']);
    } catch (error) {
      // ApiError: said in the page
      this.problem.set(toApiProblem(error));
    }
  }
}
