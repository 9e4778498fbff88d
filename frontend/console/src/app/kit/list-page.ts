import { Component, ViewEncapsulation, computed, effect, inject, input, model, output } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { Problems } from '../core/problems.js';
import { Sites } from '../core/sites.js';
import { I18n } from '../i18n/i18n.js';
import { delayed } from '../ui/delayed.js';
import { Icon } from '../ui/icon.js';
import { type IconName } from '../ui/icons.js';
import { SettingsHead } from './head.js';
import { Panels } from './panels.js';
import { type ListState } from './site-list.js';

const SKELETON_AFTER_MS = 150;
const SLOW_AFTER_MS = 8_000;

/**
 * A list of the settings with a panel at its side: heading, search, button that adds, skeleton, failure with another try, empty states.
 * Inside: the rows; `[head]` buttons of the heading, `[tools]` filters, `[side]` the panel, `[foot]` what stands below. The page
 * provides {@link Panels}.
 */
@Component({
  selector: 'bsd-list-page',
  imports: [Icon, SettingsHead],
  templateUrl: './list-page.html',
  styleUrl: './list-page.scss',
  encapsulation: ViewEncapsulation.None,
  host: { class: 'frame' },
})
export class ListPage<T> {
  protected readonly panels = inject(Panels);
  protected readonly problems = inject(Problems);
  protected readonly siteId = inject(Sites).currentId;
  protected readonly t = inject(I18n).t;
  /** Begins the test ids: `<name>-search`, `<name>-trouble`, `<name>-skeleton`. */
  readonly name = input.required<string>();
  readonly heading = input.required<string>();
  readonly list = input.required<ListState<T>>();
  /** How many rows the filters leave. */
  readonly found = input.required<number>();
  /** Heading of a failure. */
  readonly failed = input.required<string>();
  /** Stands beside the heading. */
  readonly count = input<number | null>(null);
  /** The button that opens the panel of a new item. */
  readonly add = input<{ readonly label: string; readonly testId: string; readonly icon?: IconName }>();
  /** What is said when there is no item at all. */
  readonly empty = input<{ readonly icon: IconName; readonly title: string; readonly text: string } | null>(null);
  /** What is said when the filters leave nothing, with the way back to everything. */
  readonly nothing = input<{
    readonly title: string;
    readonly action: string;
    readonly text?: string;
    readonly icon?: IconName;
  }>();
  /** Search and button stand there before the first item too. */
  readonly always = input(false);
  readonly tools = input(true);
  /** Name of the search; none without. */
  readonly search = input('');
  /** Inside the empty search, instead of its name. */
  readonly hint = input('');
  /** Name of the cross that empties the search; none without. */
  readonly clear = input('');
  readonly query = model('');
  /** Rows begin with a face. */
  readonly faces = input(false);
  /** Another page of the list is on its way. */
  readonly busy = input(false);
  /** Every filter is to be taken off. */
  readonly widened = output<void>();
  protected readonly filled = computed(() => this.always() || !!this.list().items()?.length);
  protected readonly skeleton = delayed(() => this.list().loading(), SKELETON_AFTER_MS);
  protected readonly slow = delayed(() => this.list().loading(), SLOW_AFTER_MS);

  constructor() {
    const title = inject(Title);
    effect(() => title.setTitle(`${this.heading()} · ${this.t('app.name')}`));
  }

  protected widen(): void {
    this.query.set('');
    this.widened.emit();
  }
}
