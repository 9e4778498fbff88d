import { Injectable, inject } from '@angular/core';
import { Auth } from '../core/auth.js';
import { type ContactSummary } from '../core/model.js';
import { Sites } from '../core/sites.js';
import { I18n } from '../i18n/i18n.js';
import { type MessageKey } from '../i18n/ru.js';
import { shortCode } from './people.js';

const CHANNEL_NAMES: Readonly<Record<string, MessageKey>> = {
  chat: 'channel.chat',
  popup: 'channel.popup',
  email: 'channel.email',
  telegram: 'channel.telegram',
  vk: 'channel.vk',
  facebook: 'channel.facebook',
};
const CHANNEL_TARGETS: Readonly<Record<string, MessageKey>> = {
  chat: 'to.chat',
  popup: 'to.popup',
  email: 'to.email',
  telegram: 'to.telegram',
  vk: 'to.vk',
  facebook: 'to.facebook',
};

/** How people and channels are called on screen. */
@Injectable({ providedIn: 'root' })
export class Names {
  readonly #i18n = inject(I18n);
  readonly #sites = inject(Sites);
  readonly #auth = inject(Auth);

  contact(contact: Pick<ContactSummary, 'id' | 'name'>): string {
    return contact.name?.trim() || this.#i18n.t('person.visitor', { code: shortCode(contact.id) });
  }

  operator(id: string | null | undefined, fallback?: string): string {
    const own = this.#auth.operator();
    if (own && own.id === id) return own.name;
    return this.#sites.nameOf(id) ?? fallback ?? this.#i18n.t('event.someone');
  }

  /** Photo of an operator; null when there is none. */
  avatar(id: string | null | undefined): string | null {
    const own = this.#auth.operator();
    if (own && own.id === id) return own.avatarUrl ?? null;
    return this.#sites.avatarOf(id);
  }

  channel(channel: string): string {
    const key = CHANNEL_NAMES[channel];
    return key ? this.#i18n.t(key) : this.#i18n.t('channel.other', { name: channel });
  }

  target(channel: string): string {
    return this.#i18n.t(CHANNEL_TARGETS[channel] ?? 'to.chat');
  }
}
