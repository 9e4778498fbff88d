import { DIALOG_DATA, DialogRef } from '@angular/cdk/dialog';
import { Component, DestroyRef, ElementRef, computed, inject, signal, viewChild } from '@angular/core';
import { I18n } from '../i18n/i18n.js';
import { MAX_ZOOM, MIDDLE, cut, inside, type Crop, type Size } from './crop.js';

/** Part of the square an arrow key moves by. */
const STEP = 0.05;

/** Chooses the square of a picture: dragged by pointer, moved by arrows, enlarged by the slider, by + and −. */
@Component({
  selector: 'bsd-crop-dialog',
  template: `
    <h2 class="dlg__t" id="crop-title">{{ t('settings.crop.title') }}</h2>
    <div
      class="crop"
      tabindex="0"
      role="group"
      data-testid="crop-area"
      [attr.aria-label]="t('settings.crop.area')"
      aria-describedby="crop-hint"
      (pointerdown)="grab($event)"
      (keydown)="key($event)"
      (wheel)="wheel($event)"
    >
      <img
        #picture
        alt=""
        draggable="false"
        [src]="url"
        [style.width.%]="place().width"
        [style.height.%]="place().height"
        [style.left.%]="place().left"
        [style.top.%]="place().top"
        (load)="loaded()"
        (error)="ref.close(null)"
      />
      <span class="crop__ring" aria-hidden="true"></span>
    </div>
    <p class="hint" id="crop-hint">{{ t('settings.crop.hint') }}</p>
    <label class="row crop__zoom"
      ><span class="label">{{ t('settings.crop.zoom') }}</span>
      <input
        #zoom
        class="grow"
        type="range"
        min="1"
        step="0.05"
        [attr.max]="max"
        [value]="crop().zoom"
        (input)="set({ zoom: zoom.valueAsNumber })"
    /></label>
    <div class="dlg__b">
      <button type="button" class="btn btn--line" (click)="ref.close()">{{ t('settings.cancel') }}</button>
      <button type="button" class="btn btn--main" data-testid="crop-done" [disabled]="!size()" (click)="done()">
        {{ t('settings.crop.done') }}
      </button>
    </div>
  `,
  host: { class: 'dlg' },
})
export class CropDialog {
  /** Closes with the picture, null when the file is none, undefined when nothing was chosen. */
  protected readonly ref = inject<DialogRef<Blob | null>>(DialogRef);
  protected readonly url = URL.createObjectURL(inject<File>(DIALOG_DATA));
  protected readonly t = inject(I18n).t;
  protected readonly max = MAX_ZOOM;
  protected readonly crop = signal<Crop>(MIDDLE);
  protected readonly size = signal<Size | null>(null);
  private readonly pictureView = viewChild.required<ElementRef<HTMLImageElement>>('picture');
  /** The whole image in parts of the shown square. */
  protected readonly place = computed(() => {
    const size = this.size();
    if (!size) return { width: 100, height: 100, left: 0, top: 0 };
    const { x, y, zoom } = this.crop();
    const shorter = Math.min(size.width, size.height);
    const [width, height] = [(size.width / shorter) * zoom * 100, (size.height / shorter) * zoom * 100];
    return { width, height, left: 50 - x * width, top: 50 - y * height };
  });

  constructor() {
    inject(DestroyRef).onDestroy(() => URL.revokeObjectURL(this.url));
  }

  protected loaded(): void {
    const { naturalWidth: width, naturalHeight: height } = this.pictureView().nativeElement;
    this.size.set({ width, height });
    this.set({});
  }

  protected set(change: Partial<Crop>): void {
    const size = this.size();
    if (size) this.crop.update((crop) => inside(size, { ...crop, ...change }));
  }

  protected key(event: KeyboardEvent): void {
    const { x, y, zoom } = this.crop();
    const moves: Readonly<Record<string, Partial<Crop>>> = {
      ArrowLeft: { x: x - STEP / zoom },
      ArrowRight: { x: x + STEP / zoom },
      ArrowUp: { y: y - STEP / zoom },
      ArrowDown: { y: y + STEP / zoom },
      '+': { zoom: zoom + 0.1 },
      '=': { zoom: zoom + 0.1 },
      '-': { zoom: zoom - 0.1 },
    };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    this.set(move);
  }

  protected wheel(event: WheelEvent): void {
    event.preventDefault();
    this.set({ zoom: this.crop().zoom * (event.deltaY < 0 ? 1.08 : 1 / 1.08) });
  }

  protected grab(event: PointerEvent): void {
    const area = event.currentTarget as HTMLElement;
    const [fromX, fromY, from, place] = [event.clientX, event.clientY, this.crop(), this.place()];
    area.setPointerCapture(event.pointerId);
    const move = (e: PointerEvent): void =>
      this.set({
        x: from.x - ((e.clientX - fromX) / area.clientWidth) * (100 / place.width),
        y: from.y - ((e.clientY - fromY) / area.clientHeight) * (100 / place.height),
      });
    const end = (): void => {
      area.removeEventListener('pointermove', move);
      area.removeEventListener('pointerup', end);
      area.removeEventListener('pointercancel', end);
    };
    area.addEventListener('pointermove', move);
    area.addEventListener('pointerup', end);
    area.addEventListener('pointercancel', end);
  }

  protected async done(): Promise<void> {
    try {
      this.ref.close(await cut(this.pictureView().nativeElement, this.crop()));
    } catch {
      // RangeError of `cut`, or a canvas the browser refuses: the file cannot be used as a picture
      this.ref.close(null);
    }
  }
}
