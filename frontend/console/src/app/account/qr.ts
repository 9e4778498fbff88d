import { Component, computed, inject, input } from '@angular/core';
import { encode } from 'uqr';
import { I18n } from '../i18n/i18n.js';

/** Blank modules around the code; readers need four. */
const BORDER = 4;

/** A QR code as one SVG path, dark on light in every theme: readers expect it so. */
@Component({
  selector: 'bsd-qr',
  template: `
    <svg class="qr" role="img" [attr.aria-label]="label()" [attr.viewBox]="view()" shape-rendering="crispEdges">
      <rect class="qr__light" width="100%" height="100%" />
      <path class="qr__dark" [attr.d]="path()" />
    </svg>
  `,
})
export class Qr {
  protected readonly t = inject(I18n).t;
  readonly text = input.required<string>();
  readonly label = input.required<string>();
  readonly #code = computed(() => encode(this.text(), { ecc: 'M', border: BORDER }));
  protected readonly view = computed(() => `0 0 ${this.#code().size} ${this.#code().size}`);
  /** One run of dark modules is one rectangle. */
  protected readonly path = computed(() => {
    let path = '';
    this.#code().data.forEach((row, y) => {
      for (let x = 0; x < row.length; x += 1) {
        const from = x;
        while (row[x]) x += 1;
        if (x > from) path += `M${from} ${y}h${x - from}v1h-${x - from}z`;
      }
    });
    return path;
  });
}
