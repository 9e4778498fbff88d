import { Component, computed, inject, output, signal } from '@angular/core';
import { MatTooltip } from '@angular/material/tooltip';
import { Api } from '../../core/api.js';
import { type ContactCard, type DialogSummary, type HistoryEntry } from '../../core/model.js';
import { Formats } from '../../i18n/formats.js';
import { I18n } from '../../i18n/i18n.js';
import { DialogTags } from '../../library/dialog-tags.js';
import { Avatar } from '../../ui/avatar.js';
import { Icon } from '../../ui/icon.js';
import { channelIcon, type IconName } from '../../ui/icons.js';
import { Names } from '../../ui/names.js';
import { DialogStore } from '../dialog.store.js';
import { EditableValue } from './editable-value.js';
import { factsOf, propertiesOf } from './facts.js';

const PROPERTIES_SHOWN = 7;
const HISTORY_SHOWN = 6;

/** Everything known about the person: values to edit in place, where they came from, what they did, other dialogs. */
@Component({
  selector: 'bsd-contact-panel',
  imports: [Avatar, DialogTags, EditableValue, Icon, MatTooltip],
  templateUrl: './contact-panel.html',
  host: {
    role: 'complementary',
    'data-testid': 'contact-card',
    'data-region': 'card',
    tabindex: '-1',
    '[attr.aria-label]': "t('card.title')",
  },
})
export class ContactPanel {
  readonly #api = inject(Api);
  protected readonly store = inject(DialogStore);
  protected readonly names = inject(Names);
  protected readonly formats = inject(Formats);
  protected readonly t = inject(I18n).t;
  readonly closed = output();
  readonly opened = output<string>();

  protected readonly allProperties = signal(false);
  protected readonly allHistory = signal(false);
  protected readonly contact = computed(() => this.store.summary()?.contact ?? null);
  protected readonly title = computed(() => {
    const contact = this.contact();
    return contact ? this.names.contact(contact) : '';
  });
  protected readonly presence = computed(() => {
    const contact = this.contact();
    if (!contact) return '';
    if (contact.online) return this.t('card.online');
    return contact.lastSeenAt
      ? this.t('card.lastSeen', { time: this.formats.listTime(contact.lastSeenAt) })
      : this.t('card.neverSeen');
  });
  protected readonly facts = computed(() => {
    const contact = this.contact();
    return contact ? factsOf(contact, this.t, this.formats) : [];
  });
  readonly #properties = computed(() => {
    const contact = this.contact();
    return contact ? propertiesOf(contact, this.t, this.formats) : [];
  });
  protected readonly properties = computed(() =>
    this.allProperties() ? this.#properties() : this.#properties().slice(0, PROPERTIES_SHOWN),
  );
  protected readonly moreProperties = computed(() => Math.max(0, this.#properties().length - PROPERTIES_SHOWN));
  protected readonly history = computed(() => {
    const history = this.contact()?.history ?? [];
    return this.allHistory() ? history : history.slice(0, HISTORY_SHOWN);
  });
  protected readonly moreHistory = computed(() => Math.max(0, (this.contact()?.history.length ?? 0) - HISTORY_SHOWN));

  protected readonly saveName = (value: string): Promise<void> => this.#save({ name: value });
  protected readonly saveEmail = (value: string): Promise<void> => this.#save({ email: value });
  protected readonly savePhone = (value: string): Promise<void> => this.#save({ phone: value });

  protected channelIcon(channel: string): IconName {
    return channelIcon(channel);
  }

  protected historyIcon(entry: HistoryEntry): IconName {
    if (entry.kind === 'page') return 'globe';
    if (entry.kind === 'identified') return 'user-round';
    return entry.kind === 'session' ? 'monitor' : 'zap';
  }

  protected historyText(entry: HistoryEntry): string {
    if (entry.kind === 'identified') return this.t('card.identified');
    if (entry.kind === 'session') return this.t('card.session');
    return entry.title || entry.name || entry.url || '';
  }

  protected dialogTitle(dialog: DialogSummary): string {
    const last = dialog.lastMessage;
    return last?.text ?? last?.file?.name ?? this.names.channel(dialog.channel);
  }

  async #save(change: { name?: string; email?: string; phone?: string }): Promise<void> {
    const contact = this.contact();
    if (!contact) return;
    const path = `/api/sites/${this.store.siteId()}/contacts/${contact.id}`;
    const saved = await this.#api.request<ContactCard>('PATCH', path, change);
    if (this.contact()?.id === contact.id) this.store.setContact({ ...contact, ...saved });
  }
}
