import { Component, input, model } from '@angular/core';

const STEP = 16;

/** The line between two columns: dragged by pointer, moved by arrow keys in steps of 16 px. */
@Component({
  selector: 'bsd-splitter',
  template: '',
  host: {
    class: 'splitter',
    role: 'separator',
    tabindex: '0',
    'aria-orientation': 'vertical',
    '[attr.aria-label]': 'label()',
    '[attr.aria-valuenow]': 'width()',
    '[attr.aria-valuemin]': 'min()',
    '[attr.aria-valuemax]': 'max()',
    '(pointerdown)': 'grab($event)',
    '(keydown)': 'key($event)',
    '(dblclick)': 'width.set(usual())',
  },
})
export class Splitter {
  readonly label = input.required<string>();
  readonly min = input.required<number>();
  readonly max = input.required<number>();
  readonly usual = input.required<number>();
  /** -1: the column is at the right of the line. */
  readonly direction = input<1 | -1>(1);
  readonly width = model.required<number>();

  protected grab(event: PointerEvent): void {
    event.preventDefault();
    const line = event.target as HTMLElement;
    const from = event.clientX;
    const width = this.width();
    line.setPointerCapture(event.pointerId);
    const move = (e: PointerEvent): void => this.#set(width + (e.clientX - from) * this.direction());
    const end = (): void => {
      line.removeEventListener('pointermove', move);
      line.removeEventListener('pointerup', end);
      line.removeEventListener('pointercancel', end);
    };
    line.addEventListener('pointermove', move);
    line.addEventListener('pointerup', end);
    line.addEventListener('pointercancel', end);
  }

  protected key(event: KeyboardEvent): void {
    const by = event.key === 'ArrowRight' ? STEP : event.key === 'ArrowLeft' ? -STEP : 0;
    if (by === 0) return;
    event.preventDefault();
    this.#set(this.width() + by * this.direction());
  }

  #set(width: number): void {
    this.width.set(Math.round(Math.min(this.max(), Math.max(this.min(), width))));
  }
}
