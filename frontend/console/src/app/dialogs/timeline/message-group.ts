import { NgTemplateOutlet } from '@angular/common';
import { Component, computed, inject, input } from '@angular/core';
import { type MessageItem, type MessageState } from '@beseda/realtime';
import { Auth } from '../../core/auth.js';
import { Live } from '../../core/live.js';
import { Problems } from '../../core/problems.js';
import { Formats } from '../../i18n/formats.js';
import { I18n } from '../../i18n/i18n.js';
import { Avatar } from '../../ui/avatar.js';
import { Icon } from '../../ui/icon.js';
import { channelIcon, type IconName } from '../../ui/icons.js';
import { Names } from '../../ui/names.js';
import { type GroupBlock } from '../blocks.js';
import { DialogStore } from '../dialog.store.js';
import { FileView } from './file-view.js';
import { MessageText } from './message-text.js';

const STATE_ICONS: Readonly<Record<MessageState, IconName>> = {
  sending: 'clock',
  queued: 'clock',
  sent: 'check',
  delivered: 'check-check',
  read: 'check-check',
  failed: 'circle-alert',
  unknown: 'circle-question',
};

/** Bubbles of one author: avatar at the last one, name, channel and time above the first, delivery under the last. */
@Component({
  selector: 'bsd-message-group',
  imports: [Avatar, FileView, Icon, MessageText, NgTemplateOutlet],
  templateUrl: './message-group.html',
  host: {
    class: 'msg',
    '[class.msg--out]': "group().author !== 'contact'",
    // own messages are not read out by screen readers: their author wrote them
    '[attr.aria-live]': "mine() ? 'off' : null",
    '[class.msg--auto]': "group().author === 'automation'",
    '[class.msg--tall]': 'group().messages.length > 3',
  },
})
export class MessageGroup {
  readonly #auth = inject(Auth);
  readonly #store = inject(DialogStore);
  readonly #live = inject(Live);
  readonly #problems = inject(Problems);
  protected readonly formats = inject(Formats);
  protected readonly names = inject(Names);
  protected readonly t = inject(I18n).t;
  readonly group = input.required<GroupBlock>();

  protected readonly mine = computed(() => {
    const { author, actor } = this.group();
    return author === 'operator' && (actor === null || actor.id === this.#auth.operator()?.id);
  });
  protected readonly person = computed(() => {
    const { author, actor } = this.group();
    if (author === 'automation')
      return { id: 'automation', name: actor?.name ?? this.t('tl.auto'), bare: null, photo: null };
    if (author === 'operator') {
      const me = this.#auth.operator();
      const id = actor?.id ?? me?.id ?? '';
      const name = this.names.operator(id, actor?.name);
      return { id, name, bare: name, photo: this.names.avatar(id) };
    }
    const contact = this.#store.summary()?.contact;
    return {
      id: contact?.avatarSeed ?? '',
      name: contact ? this.names.contact(contact) : '',
      bare: contact?.name ?? null,
      photo: null,
    };
  });
  protected readonly channel = computed(() => this.group().channel ?? this.#store.summary()?.channel ?? 'chat');
  protected readonly icon = computed(() => channelIcon(this.channel()));
  protected readonly stateIcons = STATE_ICONS;

  /** Delivery is said under the last bubble of the team (and under every one that failed). */
  protected readonly delivered = computed(() =>
    this.group().author === 'contact' ? null : (this.group().messages.at(-1) ?? null),
  );

  /** The type of a template's variable is lost on the way. */
  protected asMessage(item: unknown): MessageItem {
    return item as MessageItem;
  }

  protected stateText(message: MessageItem): string {
    if (message.state !== 'failed') return this.t(`state.${message.state}`);
    return message.problem
      ? this.t('state.failed', {
          reason: this.#problems
            .sentence(message.problem)
            .replace(/\.$/, '')
            .replace(/^./, (c) => c.toLocaleLowerCase()),
        })
      : this.t('state.failedPlain');
  }

  protected retry(message: MessageItem): void {
    if (message.clientMessageId) this.#live.retry(message.clientMessageId);
  }

  protected remove(message: MessageItem): void {
    if (message.clientMessageId) this.#live.remove(message.clientMessageId);
  }
}
