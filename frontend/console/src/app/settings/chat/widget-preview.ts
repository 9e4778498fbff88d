import { Component, DestroyRef, ElementRef, computed, effect, inject, input, signal, viewChild } from '@angular/core';
import { DomSanitizer } from '@angular/platform-browser';
import { I18n } from '../../i18n/i18n.js';
import { Theme } from '../../core/theme.js';

export type PreviewState = 'open' | 'collapsed';

/** Milliseconds without a word from the frame until the page says that it does not come. */
const PATIENCE_MS = 8_000;
const DARK = '(prefers-color-scheme: dark)';

/** The real widget with the settings as they are typed: a page of the widget in a frame, which makes no session and sends nothing. */
@Component({
  selector: 'bsd-widget-preview',
  template: `
    <div class="prev__h">
      <span class="label grow">{{ t('chat.preview') }}</span>
      <div class="seg" role="group" [attr.aria-label]="t('chat.preview')">
        @for (one of states; track one) {
          <button
            type="button"
            [attr.aria-pressed]="state() === one"
            [attr.data-testid]="'preview-' + one"
            (click)="state.set(one)"
          >
            {{ t(one === 'open' ? 'chat.preview.open' : 'chat.preview.collapsed') }}
          </button>
        }
      </div>
    </div>
    <div class="prev__s">
      @if (late() && !there()) {
        <div class="empty">
          <p>{{ t('chat.preview.failed') }}</p>
          <button type="button" class="btn btn--line" (click)="again()">{{ t('error.retry') }}</button>
        </div>
      }
      <iframe
        #frame
        class="prev__f"
        data-testid="widget-preview"
        [class.prev__f--there]="there()"
        [src]="address()"
        [title]="t('chat.preview.title')"
      ></iframe>
    </div>
  `,
  host: { class: 'prev', role: 'complementary', '[attr.aria-label]': "t('chat.preview')" },
})
export class WidgetPreview {
  readonly #i18n = inject(I18n);
  readonly #theme = inject(Theme);
  readonly #sanitizer = inject(DomSanitizer);
  protected readonly t = this.#i18n.t;
  protected readonly states: readonly PreviewState[] = ['open', 'collapsed'];
  readonly siteId = input.required<string>();
  /** Settings of the widget, as its session would get them. */
  readonly settings = input.required<Readonly<Record<string, unknown>>>();
  protected readonly state = signal<PreviewState>('open');
  /** The frame listens; counts how often it said so. */
  protected readonly there = signal(0);
  protected readonly late = signal(false);
  readonly #try = signal(0);
  private readonly frameView = viewChild.required<ElementRef<HTMLIFrameElement>>('frame');
  protected readonly address = computed(() => {
    const again = this.#try() > 0 ? `&try=${this.#try()}` : '';
    // our own origin, and the id is escaped
    return this.#sanitizer.bypassSecurityTrustResourceUrl(
      `/widget/preview?site=${encodeURIComponent(this.siteId())}${again}`,
    );
  });

  readonly #systemDark = signal(matchMedia(DARK).matches);
  /** How the console looks now: what "as on the device" means in the preview. */
  readonly #dark = computed(() => (this.#theme.name() === 'auto' ? this.#systemDark() : this.#theme.name() === 'dark'));

  constructor() {
    const scheme = matchMedia(DARK);
    const turn = (): void => this.#systemDark.set(scheme.matches);
    scheme.addEventListener('change', turn);
    inject(DestroyRef).onDestroy(() => scheme.removeEventListener('change', turn));
    const hear = (event: MessageEvent<unknown>): void => this.#heard(event);
    window.addEventListener('message', hear);
    inject(DestroyRef).onDestroy(() => window.removeEventListener('message', hear));
    effect((onCleanup) => {
      this.address();
      this.there.set(0);
      this.late.set(false);
      const timer = setTimeout(() => this.late.set(true), PATIENCE_MS);
      onCleanup(() => clearTimeout(timer));
    });
    effect(() => {
      if (this.there() === 0) return;
      this.frameView().nativeElement.contentWindow?.postMessage(
        {
          beseda: 'preview',
          settings: this.settings(),
          state: this.state(),
          language: this.#i18n.lang(),
          theme: this.#dark() ? 'dark' : 'light',
        },
        location.origin,
      );
    });
  }

  protected again(): void {
    this.#try.update((n) => n + 1);
  }

  #heard(event: MessageEvent<unknown>): void {
    if (event.origin !== location.origin || event.source !== this.frameView().nativeElement.contentWindow) return;
    const { beseda, type, state } = (event.data ?? {}) as { beseda?: unknown; type?: unknown; state?: unknown };
    if (beseda !== 'preview') return;
    if (type === 'ready') this.there.update((n) => n + 1);
    if (type === 'state' && (state === 'open' || state === 'collapsed')) this.state.set(state);
  }
}
