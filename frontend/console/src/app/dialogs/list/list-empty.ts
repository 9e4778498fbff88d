import { Component, computed, inject, input, output } from '@angular/core';
import { I18n } from '../../i18n/i18n.js';
import { Icon } from '../../ui/icon.js';
import { isNarrow, type ListFilter } from '../filter.js';

/** Nothing in this view: what was looked for, and how to widen. */
@Component({
  selector: 'bsd-list-empty',
  imports: [Icon],
  template: `
    <div class="empty" data-testid="list-empty">
      <bsd-icon [name]="narrow() ? 'search' : 'check'" />
      <h2>{{ words().title }}</h2>
      <p>{{ words().text }}</p>
      @if (narrow()) {
        <button type="button" class="btn btn--line" (click)="reset.emit()">{{ t('list.resetFilters') }}</button>
      }
      @if (filter().status === 'open') {
        <button type="button" class="btn btn--link" (click)="widen.emit()">{{ t('list.showClosed') }}</button>
      }
    </div>
  `,
})
export class ListEmpty {
  protected readonly t = inject(I18n).t;
  readonly filter = input.required<ListFilter>();
  readonly chips = input.required<readonly { readonly label: string }[]>();
  readonly reset = output();
  readonly widen = output();

  protected readonly narrow = computed(() => isNarrow(this.filter()));
  protected readonly words = computed(() => {
    const filter = this.filter();
    if (filter.q) return { title: this.t('list.emptySearch', { q: filter.q }), text: this.t('list.emptySearchText') };
    if (this.narrow() || (filter.status !== 'open' && filter.status !== 'all')) {
      const filters = this.chips()
        .map((chip) => chip.label)
        .join(', ');
      return { title: this.t('list.emptyFilter'), text: this.t('list.emptyFilterText', { filters }) };
    }
    if (filter.view === 'mine') return { title: this.t('list.emptyMine'), text: this.t('list.emptyMineText') };
    if (filter.view === 'unassigned')
      return { title: this.t('list.emptyUnassigned'), text: this.t('list.emptyUnassignedText') };
    return { title: this.t('list.emptyOpen'), text: this.t('list.emptyOpenText') };
  });
}
