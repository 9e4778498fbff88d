import { Component, computed, input } from '@angular/core';
import { linkParts } from '../links.js';

/** A text as it was written: line breaks kept, web addresses as links. Never HTML. */
@Component({
  selector: 'bsd-message-text',
  template: `
    @for (part of parts(); track $index) {
      @if (part.href) {
        <a [href]="part.href" target="_blank" rel="noopener noreferrer nofollow" [textContent]="part.text"></a>
      } @else {
        <span [textContent]="part.text"></span>
      }
    }
  `,
  host: { class: 'text' },
})
export class MessageText {
  readonly text = input.required<string>();
  protected readonly parts = computed(() => linkParts(this.text()));
}
