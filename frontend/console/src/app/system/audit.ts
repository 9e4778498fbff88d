import { Component, ViewEncapsulation, computed, inject, signal } from '@angular/core';
import { agentName } from '../account/agent.js';
import { Clock } from '../core/clock.js';
import { Problems } from '../core/problems.js';
import { Sites } from '../core/sites.js';
import { Tables } from '../core/tables.js';
import { Formats } from '../i18n/formats.js';
import { I18n } from '../i18n/i18n.js';
import { ListPage } from '../kit/list-page.js';
import { Panels } from '../kit/panels.js';
import { Avatar } from '../ui/avatar.js';
import { Icon } from '../ui/icon.js';
import { actionWord, pathWord, subjectLine, subjectWord, SUBJECTS, valueWord } from './audit-words.js';
import { AuditStore, NO_FILTER, type AuditFilter } from './audit.store.js';
import { Retention } from './retention.js';

/** Typing is over after so many milliseconds. */
const SETTLED_MS = 300;

/** Who changed what, when and from where. */
@Component({
  selector: 'bsd-audit',
  imports: [Avatar, Icon, ListPage, Retention],
  templateUrl: './audit.html',
  styleUrl: './system.scss',
  encapsulation: ViewEncapsulation.None,
  providers: [AuditStore, Panels],
  host: { class: 'frame' },
})
export class Audit {
  readonly #clock = inject(Clock);
  readonly #formats = inject(Formats);
  readonly #sites = inject(Sites);
  readonly #tables = inject(Tables);
  protected readonly panels = inject(Panels);
  protected readonly store = inject(AuditStore);
  protected readonly problems = inject(Problems);
  protected readonly t = inject(I18n).t;
  protected readonly exporting = signal(false);
  /** What stands in the search; asked for a moment later. */
  protected readonly typed = signal('');
  #timer: ReturnType<typeof setTimeout> | undefined;

  protected readonly people = computed(() =>
    [...this.#sites.colleagues()].sort((a, b) => a.name.localeCompare(b.name)),
  );
  protected readonly subjects = computed(() =>
    SUBJECTS.map((id) => ({ id, label: subjectWord(id, this.t) })).sort((a, b) => a.label.localeCompare(b.label)),
  );
  readonly #names = computed(
    () => new Map([...this.#sites.colleagues(), ...this.store.teams()].map(({ id, name }) => [id, name])),
  );
  protected readonly rows = computed(() => {
    const names = this.#names();
    const nameOf = (id: string): string | undefined => names.get(id);
    const now = new Date(this.#clock.now());
    let day = '';
    return (this.store.items() ?? []).map((entry) => {
      const heading = this.#formats.day(entry.at, now);
      const first = heading !== day;
      day = heading;
      return {
        id: entry.id,
        heading: first ? heading : null,
        clock: this.#formats.clock(entry.at),
        full: this.#formats.full(entry.at),
        at: entry.at,
        seed: entry.operatorId ?? '',
        avatarUrl: this.#sites.avatarOf(entry.operatorId),
        who: entry.operatorName || this.t('system.audit.itself'),
        byOperator: !!entry.operatorId,
        action: actionWord(entry.action, this.t),
        subject: subjectLine(entry, this.t),
        from: [entry.address, agentName(entry.userAgent ?? '')].filter(Boolean).join(' · '),
        agent: entry.userAgent ?? '',
        changes: entry.changes
          .map((change) => ({
            path: pathWord(change.path, this.t, entry.subject),
            before: valueWord(change.path, change.before, this.t, nameOf),
            after: valueWord(change.path, change.after, this.t, nameOf),
          }))
          // what was empty and stays empty tells nothing
          .filter(({ before, after }) => before || after)
          .map((change) => ({ ...change, after: change.after || '—' })),
      };
    });
  });

  protected filter(change: Partial<AuditFilter>): void {
    clearTimeout(this.#timer);
    void this.store.show({ ...this.store.filter(), ...change });
  }

  /** Asked for when typing pauses. */
  protected search(q: string): void {
    this.typed.set(q);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.filter({ q }), SETTLED_MS);
  }

  protected reset(): void {
    this.typed.set('');
    this.filter(NO_FILTER);
  }

  protected async export(): Promise<void> {
    if (this.exporting()) return;
    this.exporting.set(true);
    await this.panels.act({
      run: async () => {
        this.#tables.save(await this.store.csv(), `beseda-audit-${new Date().toISOString().slice(0, 10)}.csv`);
      },
      failed: (reason) => this.t('system.audit.exportFailed', { reason }),
    });
    this.exporting.set(false);
  }
}
