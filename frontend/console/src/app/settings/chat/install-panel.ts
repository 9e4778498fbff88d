import { Component, ElementRef, afterNextRender, computed, inject, input, output, viewChild } from '@angular/core';
import { Formats } from '../../i18n/formats.js';
import { I18n } from '../../i18n/i18n.js';
import { Icon } from '../../ui/icon.js';
import { CopyBox } from '../../kit/copy-box.js';
import { type Seen } from './site-settings.js';

/** The code for the site, and where it was seen. */
@Component({
  selector: 'bsd-install-panel',
  imports: [CopyBox, Icon],
  template: `
    <header class="side__h">
      <h2 class="grow" #title tabindex="-1">{{ t('chat.install') }}</h2>
      <button type="button" class="btn btn--ico" [attr.aria-label]="t('ui.close')" (click)="closed.emit()">
        <bsd-icon name="x" />
      </button>
    </header>
    <div class="side__b scroll">
      <p class="small muted">{{ t('chat.installText') }}</p>
      <bsd-copy-box [text]="snippet()" [label]="t('chat.install')" testId="install-snippet" />
      <section class="side__s">
        <h3 class="label">{{ t('chat.seenTitle') }}</h3>
        @for (one of seen(); track one.host) {
          <div class="seen" data-testid="seen">
            <bsd-icon class="ok" name="check" size="s" />
            <span class="grow seen__h">{{ one.host }}</span>
            <time class="meta" [attr.datetime]="one.at" [title]="formats.full(one.at)">{{
              formats.listTime(one.at)
            }}</time>
          </div>
        } @empty {
          <p class="small muted" data-testid="seen-none">{{ t('chat.seenNowhere') }}</p>
        }
        <div class="row row--wrap">
          <button
            type="button"
            class="btn btn--line"
            data-testid="install-check"
            [attr.aria-busy]="checking()"
            (click)="check.emit()"
          >
            @if (checking()) {
              <span class="busy" aria-hidden="true"><i></i><i></i><i></i></span>
            } @else {
              <bsd-icon name="refresh-cw" size="m" />
            }
            {{ t('chat.check') }}
          </button>
          <a class="btn" [href]="demo()" target="_blank" rel="noopener"
            ><bsd-icon name="external-link" size="m" />{{ t('chat.demo') }}</a
          >
        </div>
        <p class="small" role="status" [class.danger]="failed()">{{ checked() }}</p>
      </section>
    </div>
  `,
  host: {
    class: 'side',
    role: 'complementary',
    'data-testid': 'install-panel',
    '[attr.aria-label]': "t('chat.install')",
    '(keydown.escape)': 'closed.emit()',
  },
})
export class InstallPanel {
  readonly #i18n = inject(I18n);
  protected readonly formats = inject(Formats);
  protected readonly t = this.#i18n.t;
  readonly siteId = input.required<string>();
  readonly seen = input.required<readonly Seen[]>();
  readonly checking = input(false);
  /** What the last check found, in words. */
  readonly checked = input('');
  readonly failed = input(false);
  readonly closed = output();
  readonly check = output();
  private readonly titleView = viewChild.required<ElementRef<HTMLElement>>('title');
  protected readonly snippet = computed(
    () => `<script async data-site="${this.siteId()}"\n  src="${location.origin}/widget.js"></script>`,
  );
  protected readonly demo = computed(() => `/demo?site=${encodeURIComponent(this.siteId())}&lang=${this.#i18n.lang()}`);

  constructor() {
    afterNextRender({ read: () => this.titleView().nativeElement.focus() });
  }
}
