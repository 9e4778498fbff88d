import { Component, computed, inject, input } from '@angular/core';
import { Auth } from '../../core/auth.js';
import { Clock } from '../../core/clock.js';
import { Live } from '../../core/live.js';
import { type DialogSummary } from '../../core/model.js';
import { Formats } from '../../i18n/formats.js';
import { I18n } from '../../i18n/i18n.js';
import { TagCatalogue } from '../../library/tag-catalogue.js';
import { Avatar } from '../../ui/avatar.js';
import { Icon } from '../../ui/icon.js';
import { type IconName } from '../../ui/icons.js';
import { Names } from '../../ui/names.js';

/** A customer waits too long from here on: 15 minutes, the usual target of an answer. */
const TARGET_MS = 15 * 60_000;
const TAGS_SHOWN = 2;

interface RowState {
  readonly kind: 'danger' | 'wait' | 'quiet';
  readonly icon: IconName;
  readonly text: string;
}

/** One dialog in the list: three lines of 18 px. */
@Component({
  selector: 'bsd-dialog-row',
  imports: [Avatar, Icon],
  templateUrl: './dialog-row.html',
  host: {
    class: 'drow',
    'data-testid': 'dialog-row',
    '[attr.data-dialog-id]': 'dialog().id',
    '[class.is-open]': 'open()',
    '[class.is-active]': 'active()',
    '[class.is-new]': 'dialog().unread > 0',
  },
})
export class DialogRow {
  readonly #auth = inject(Auth);
  readonly #clock = inject(Clock);
  readonly #live = inject(Live);
  protected readonly formats = inject(Formats);
  protected readonly names = inject(Names);
  protected readonly t = inject(I18n).t;
  protected readonly catalogue = inject(TagCatalogue);
  readonly dialog = input.required<DialogSummary>();
  readonly open = input(false);
  readonly active = input(false);

  protected readonly title = computed(() => this.names.contact(this.dialog().contact));
  protected readonly assignee = computed(() => {
    const id = this.dialog().assigneeId;
    return id ? { id, name: this.names.operator(id) } : null;
  });
  protected readonly tags = computed(() => this.dialog().tags.slice(0, TAGS_SHOWN));
  protected readonly moreTags = computed(() => Math.max(0, this.dialog().tags.length - TAGS_SHOWN));
  protected readonly own = computed(() => {
    const last = this.dialog().lastMessage;
    return last?.author === 'operator' && last.operatorId === this.#auth.operator()?.id;
  });
  protected readonly preview = computed((): { readonly icon?: IconName; readonly text: string } => {
    const last = this.dialog().lastMessage;
    if (!last) return { text: this.t('list.noMessages') };
    if (!last.file) return { text: last.text ?? '' };
    return last.file.type.startsWith('image/')
      ? { icon: 'image', text: this.t('list.photo') }
      : { icon: 'paperclip', text: last.file.name };
  });
  /** One state only, the most urgent. */
  protected readonly state = computed((): RowState | null => {
    const dialog = this.dialog();
    if (this.#live.failed().has(dialog.id))
      return { kind: 'danger', icon: 'circle-alert', text: this.t('state.failedPlain') };
    if (dialog.waitingSince && dialog.status === 'open') {
      const ms = Math.max(0, this.#clock.now() - Date.parse(dialog.waitingSince));
      const text = this.t('list.waits', { time: this.formats.duration(ms) });
      return { kind: ms >= TARGET_MS ? 'danger' : 'wait', icon: 'clock', text };
    }
    const last = dialog.lastMessage;
    if (last?.author === 'operator' && dialog.readSeq >= last.seq)
      return { kind: 'quiet', icon: 'check-check', text: this.t('list.read') };
    return null;
  });
}
