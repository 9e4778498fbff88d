import { Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { type MessageItem } from '@beseda/realtime';
import { Api } from '../../core/api.js';
import { Problems } from '../../core/problems.js';
import { Formats } from '../../i18n/formats.js';
import { I18n } from '../../i18n/i18n.js';
import { Icon } from '../../ui/icon.js';
import { cutMiddle } from '../../ui/people.js';
import { DialogStore } from '../dialog.store.js';

/** A signed address is good for ten minutes; older than this it is asked for anew. */
const FRESH_MS = 8 * 60_000;
const PHOTO_WIDTH = 220;
const PHOTO_MAX_HEIGHT = 320;

/** A file of a message: a picture in a box of its size, or a tile with name, type and size. */
@Component({
  selector: 'bsd-file-view',
  imports: [Icon],
  template: `
    @if (photo(); as box) {
      <a
        class="photo"
        [href]="url()"
        target="_blank"
        rel="noopener"
        [attr.aria-label]="t('file.open', { name: file().name })"
        (click)="visit($event)"
      >
        @if (url()) {
          <img
            [src]="url()"
            [alt]="t('file.image', { name: file().name })"
            [width]="box.width"
            [height]="box.height"
            loading="lazy"
            decoding="async"
            (error)="renew()"
          />
        } @else {
          <span class="photo__box" [style.width.px]="box.width" [style.height.px]="box.height"></span>
        }
      </a>
    } @else {
      <div class="file" data-testid="file">
        <span class="file__i"><bsd-icon name="file-text" /></span>
        <span class="file__t"
          ><span class="cut" [title]="file().name">{{ shortName() }}</span
          ><span class="meta">{{ detail() }}</span></span
        >
        @if (message().file) {
          <a
            class="btn btn--ico"
            target="_blank"
            rel="noopener"
            [href]="download()"
            [attr.download]="file().name"
            [attr.aria-label]="t('file.download', { name: file().name })"
            (click)="visit($event)"
            ><bsd-icon name="download"
          /></a>
        }
      </div>
    }
    @if (failed(); as reason) {
      <span class="small danger" role="alert">{{ t('file.failed', { reason }) }}</span>
    }
  `,
})
export class FileView {
  readonly #api = inject(Api);
  readonly #store = inject(DialogStore);
  readonly #problems = inject(Problems);
  readonly #formats = inject(Formats);
  protected readonly t = inject(I18n).t;
  readonly message = input.required<MessageItem>();

  readonly #renewed = signal<{ readonly url: string; readonly at: number } | null>(null);
  protected readonly failed = signal<string | null>(null);
  #tries = 0;

  protected readonly file = computed(() => {
    const { file, outgoingFile } = this.message();
    return {
      name: (file ?? outgoingFile)?.name ?? '',
      type: (file ?? outgoingFile)?.type ?? '',
      size: (file ?? outgoingFile)?.size ?? 0,
    };
  });
  protected readonly url = computed(() => this.#renewed()?.url ?? this.message().file?.url ?? '');
  protected readonly download = computed(() => {
    const url = this.url();
    return url.includes('?') ? `${url}&download=1` : url;
  });
  protected readonly shortName = computed(() => cutMiddle(this.file().name));
  protected readonly detail = computed(() => {
    const { name, type, size } = this.file();
    const extension = /\.([\p{L}\p{N}]{1,5})$/u.exec(name)?.[1] ?? type.split('/')[1] ?? '';
    return [extension.toUpperCase().slice(0, 12), this.#formats.size(size)].filter(Boolean).join(', ');
  });
  /** The box of a picture, reserved before it has loaded: 220 px wide at most. */
  protected readonly photo = computed(() => {
    const { file } = this.message();
    if (!file?.width || !file.height) return null;
    const scale = Math.min(1, PHOTO_WIDTH / file.width, PHOTO_MAX_HEIGHT / file.height);
    return { width: Math.max(1, Math.round(file.width * scale)), height: Math.max(1, Math.round(file.height * scale)) };
  });

  constructor() {
    effect(() => {
      const { file, receivedAt } = this.message();
      if (file && Date.now() - receivedAt > FRESH_MS) untracked(() => void this.renew());
    });
  }

  /** Follows the link; an old address is renewed first. */
  protected visit(event: MouseEvent): void {
    const { receivedAt } = this.message();
    const age = Date.now() - (this.#renewed()?.at ?? receivedAt);
    if (age <= FRESH_MS) return;
    event.preventDefault();
    this.#tries = 0;
    const link = event.currentTarget as HTMLAnchorElement;
    void this.renew().then(() => requestAnimationFrame(() => link.click()));
  }

  protected async renew(): Promise<void> {
    const { file } = this.message();
    if (!file || this.#tries >= 3) return;
    this.#tries += 1;
    try {
      const path = `/api/sites/${this.#store.siteId()}/dialogs/${this.#store.id()}/files/${file.id}`;
      const { url } = await this.#api.request<{ url: string }>('GET', path);
      this.#renewed.set({ url, at: Date.now() });
      this.failed.set(null);
    } catch (error) {
      // ApiError: said beside the file; the next click tries again
      this.failed.set(this.#problems.reason(error));
    }
  }
}
