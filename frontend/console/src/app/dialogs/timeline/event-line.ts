import { Component, computed, inject, input } from '@angular/core';
import { type EventItem } from '@beseda/realtime';
import { Formats } from '../../i18n/formats.js';
import { I18n } from '../../i18n/i18n.js';
import { Icon } from '../../ui/icon.js';
import { type IconName } from '../../ui/icons.js';
import { Names } from '../../ui/names.js';

/** One thing that happened, in one sentence with its reason. */
@Component({
  selector: 'bsd-event-line',
  imports: [Icon],
  template: `<bsd-icon [name]="icon()" size="s" />{{ text() }} ·
    <time [attr.datetime]="item().at" [title]="formats.full(item().at)">{{ formats.clock(item().at) }}</time>
    <ng-content />`,
  host: {
    class: 'event',
    'data-testid': 'event-line',
    '[attr.data-type]': 'item().event.type',
    '[attr.data-seq]': 'item().seq',
  },
})
export class EventLine {
  readonly #t = inject(I18n).t;
  readonly #names = inject(Names);
  protected readonly formats = inject(Formats);
  readonly item = input.required<EventItem>();

  protected readonly icon = computed((): IconName => {
    switch (this.item().event.type) {
      case 'dialog.assigned':
      case 'dialog.unassigned':
        return 'user-plus';
      case 'dialog.closed':
      case 'dialog.finalized':
        return 'check';
      case 'dialog.reopened':
        return 'rotate-ccw';
      default:
        return 'message-square';
    }
  });

  protected readonly text = computed((): string => {
    const { event } = this.item();
    const by = this.#by();
    switch (event.type) {
      case 'dialog.started':
        return this.#t('event.started', { channel: this.#names.channel(event.payload.channel) });
      case 'dialog.assigned': {
        const name = this.#names.operator(event.payload.operatorId);
        return event.payload.reason === 'first-answer'
          ? this.#t('event.assignedFirst', { name })
          : this.#t('event.assignedManual', { name, by });
      }
      case 'dialog.unassigned':
        return this.#t('event.unassigned', { name: this.#names.operator(event.payload.previousOperatorId), by });
      case 'dialog.closed':
        return this.#t('event.closed', { by });
      case 'dialog.reopened':
        if (event.payload.reason === 'contact-wrote') return this.#t('event.reopenedContact');
        return event.payload.reason === 'operator-wrote'
          ? this.#t('event.reopenedOperator')
          : this.#t('event.reopenedManual', { by });
      case 'dialog.finalized':
        return this.#t('event.finalized');
      default:
        // a type of a later server: named as it is rather than hidden
        return event.type;
    }
  });

  #by(): string {
    const { actor } = this.item().event;
    return actor.kind === 'operator' ? this.#names.operator(actor.id, actor.name) : this.#t('event.system');
  }
}
