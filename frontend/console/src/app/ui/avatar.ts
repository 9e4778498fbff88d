import { Component, computed, inject, input, linkedSignal } from '@angular/core';
import { type PresenceState } from '../core/model.js';
import { Icon } from './icon.js';
import { channelIcon, type IconName } from './icons.js';
import { Names } from './names.js';
import { initials, tintOf } from './people.js';

/**
 * A person's round picture: the photo, else initials on a tint (drawn by the style sheet: they are decoration, not text), a figure
 * when there is no name; with a channel badge or a presence dot.
 */
@Component({
  selector: 'bsd-avatar',
  imports: [Icon],
  template: `
    @if (photo(); as url) {
      <img class="av__img" [src]="url" alt="" draggable="false" (error)="photo.set(null)" />
    } @else if (icon()) {
      <bsd-icon [name]="icon() ?? 'user-round'" [size]="size() === 'xs' ? 's' : 'm'" />
    } @else if (!letters()) {
      <bsd-icon name="user-round" [size]="size() === 'xs' ? 's' : 'm'" />
    }
    @if (channel(); as ch) {
      <span class="ch" [class]="'ch ' + ch" [title]="names.channel(ch)"><bsd-icon [name]="channelIcon()" /></span>
    }
    @if (dot(); as state) {
      <span [class]="'dot dot--' + state"></span>
    }
  `,
  host: {
    '[class]': 'classes()',
    '[attr.data-letters]': 'photo() || icon() ? null : letters() || null',
    'aria-hidden': 'true',
  },
})
export class Avatar {
  protected readonly names = inject(Names);
  readonly seed = input.required<string>();
  readonly name = input<string | null>(null);
  readonly size = input<'xs' | 's' | 'l' | ''>('');
  readonly channel = input<string | null>(null);
  readonly online = input(false);
  /** Address of the photo. */
  readonly avatarUrl = input<string | null | undefined>(null);
  /** An operator's presence. */
  readonly presence = input<PresenceState | null | undefined>(null);
  /** An icon instead of initials: somebody who is not there yet. */
  readonly icon = input<IconName | null>(null);

  protected readonly letters = computed(() => initials(this.name() ?? ''));
  /** Null as well when the photo could not be loaded. */
  protected readonly photo = linkedSignal(() => this.avatarUrl() || null);
  protected readonly dot = computed(() => {
    if (this.online()) return 'on';
    switch (this.presence()) {
      case 'online':
        return 'on';
      case 'away':
        return 'away';
      case 'offline':
        return 'off';
      default:
        return null;
    }
  });
  protected readonly channelIcon = computed(() => channelIcon(this.channel() ?? ''));
  protected readonly classes = computed(() => {
    const tint = this.letters() && !this.icon() ? `av--${tintOf(this.seed())}` : 'av--none';
    return `av ${tint} ${this.size() ? `av--${this.size()}` : ''}`;
  });
}
