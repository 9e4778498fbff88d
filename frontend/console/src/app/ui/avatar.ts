import { Component, computed, inject, input } from '@angular/core';
import { Icon } from './icon.js';
import { channelIcon } from './icons.js';
import { Names } from './names.js';
import { initials, tintOf } from './people.js';

/**
 * A person's round picture: initials on a tint (drawn by the style sheet: they are decoration, not text), a figure when there is no name; with a channel badge or a presence dot.
 */
@Component({
  selector: 'bsd-avatar',
  imports: [Icon],
  template: `
    @if (!letters()) {
      <bsd-icon name="user-round" [size]="size() === 'xs' ? 's' : 'm'" />
    }
    @if (channel(); as ch) {
      <span class="ch" [class]="'ch ' + ch" [title]="names.channel(ch)"><bsd-icon [name]="icon()" /></span>
    }
    @if (online()) {
      <span class="dot dot--on"></span>
    }
  `,
  host: { '[class]': 'classes()', '[attr.data-letters]': 'letters() || null', 'aria-hidden': 'true' },
})
export class Avatar {
  protected readonly names = inject(Names);
  readonly seed = input.required<string>();
  readonly name = input<string | null>(null);
  readonly size = input<'xs' | 's' | 'l' | ''>('');
  readonly channel = input<string | null>(null);
  readonly online = input(false);

  protected readonly letters = computed(() => initials(this.name() ?? ''));
  protected readonly icon = computed(() => channelIcon(this.channel() ?? ''));
  protected readonly classes = computed(() => {
    const tint = this.letters() ? `av--${tintOf(this.seed())}` : 'av--none';
    return `av ${tint} ${this.size() ? `av--${this.size()}` : ''}`;
  });
}
