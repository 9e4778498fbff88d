import { Component, computed, inject, input, signal } from '@angular/core';
import { Sites } from '../core/sites.js';
import { I18n } from '../i18n/i18n.js';
import { Icon } from '../ui/icon.js';

/** First run: what will be here and how to make it appear. */
@Component({
  selector: 'bsd-guide',
  imports: [Icon],
  template: `
    <div class="guide">
      <h1>{{ t('guide.title') }}</h1>
      <p class="muted guide__lead">{{ t('guide.lead') }}</p>
      <ol class="steps">
        <li class="step is-done">
          <span class="step__n"><bsd-icon name="check" size="s" /></span>
          <h2>{{ t('guide.site', { name: sites.current()?.name ?? '' }) }}</h2>
        </li>
        <li class="step is-now">
          <span class="step__n">2</span>
          <h2>{{ t('guide.install') }}</h2>
          <div class="step__b">
            <p class="small muted">{{ t('guide.installText') }}</p>
            <code class="code" data-testid="install-snippet" tabindex="0">{{ snippet() }}</code>
            <div class="row row--wrap">
              <button type="button" class="btn btn--main" (click)="copy()">
                <bsd-icon [name]="copied() ? 'check' : 'copy'" size="m" />{{
                  t(copied() ? 'guide.copied' : 'guide.copy')
                }}
              </button>
              <span class="row small muted"><span class="dot dot--away"></span>{{ t('guide.waiting') }}</span>
            </div>
          </div>
        </li>
        <li class="step">
          <span class="step__n">3</span>
          <h2>{{ t('guide.try') }}</h2>
          <a class="btn btn--line" [href]="demo()" target="_blank" rel="noopener"
            ><bsd-icon name="external-link" size="m" />{{ t('guide.demo') }}</a
          >
        </li>
      </ol>
      <p class="row row--wrap muted small guide__keys">
        <bsd-icon name="keyboard" size="m" />{{ t('guide.keys') }}
        <span><kbd>J</kbd> <kbd>K</kbd> {{ t('guide.keyMove') }}</span
        ><span><kbd>/</kbd> {{ t('guide.keySearch') }}</span> <span><kbd>A</kbd> {{ t('guide.keyAssign') }}</span
        ><span><kbd>E</kbd> {{ t('guide.keyClose') }}</span>
      </p>
    </div>
  `,
})
export class Guide {
  protected readonly sites = inject(Sites);
  readonly #i18n = inject(I18n);
  protected readonly t = this.#i18n.t;
  readonly siteId = input.required<string>();
  protected readonly copied = signal(false);
  protected readonly snippet = computed(
    () => `<script async data-site="${this.siteId()}"\n  src="${location.origin}/widget.js"></script>`,
  );
  protected readonly demo = computed(() => `/demo?site=${encodeURIComponent(this.siteId())}&lang=${this.#i18n.lang()}`);

  protected async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.snippet());
      this.copied.set(true);
      setTimeout(() => this.copied.set(false), 2_500);
    } catch {
      // NotAllowedError, or no clipboard on pages without TLS: the code is selected for Ctrl+C
      const code = document.querySelector('.code');
      if (code) getSelection()?.selectAllChildren(code);
    }
  }
}
