import { Component, effect, inject, input } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { I18n } from '../../i18n/i18n.js';
import { LIMITS, type SiteSettings } from '../chat/site-settings.js';
import { SiteSource } from '../chat/site-source.js';
import { NumberField } from '../../kit/fields.js';
import { FormFrame } from '../../kit/form-frame.js';
import { type Versioned } from '../../kit/form-types.js';
import { SettingsHead } from '../../kit/head.js';
import { between } from '../../kit/rules.js';
import { SettingsForm } from '../../kit/settings-form.js';

const KB = 1024;

interface ClosingValue {
  readonly reopenWindowHours: number | null;
  /** KB; the server counts bytes. */
  readonly maxFileBytes: number | null;
}

const versioned = (settings: SiteSettings): Versioned<ClosingValue> => ({
  version: settings.version,
  value: {
    reopenWindowHours: settings.reopenWindowHours,
    maxFileBytes: Math.floor(settings.maxFileBytes / KB),
  },
});

/** How long a closed dialog can be continued, and how large a file may be. */
@Component({
  selector: 'bsd-closing-page',
  imports: [FormFrame, NumberField, SettingsHead],
  providers: [SiteSource],
  template: `
    <bsd-settings-head [siteId]="siteId()" [heading]="t('chat.closing.title')" />
    <bsd-form-frame [form]="form">
      @if (form.ready()) {
        <section class="fs">
          <h2>{{ t('chat.closing.section') }}</h2>
          <bsd-number-field
            [field]="form.field('reopenWindowHours')"
            [min]="0"
            [max]="limits.reopenWindowHours"
            [hint]="t('chat.closing.hoursHint')"
          />
        </section>
        <section class="fs">
          <h2>{{ t('chat.closing.files') }}</h2>
          <bsd-number-field
            [field]="form.field('maxFileBytes')"
            [min]="1"
            [max]="maxKb"
            [hint]="t('chat.closing.fileHint')"
          />
        </section>
      }
    </bsd-form-frame>
  `,
})
export class ClosingPage {
  readonly #source = inject(SiteSource);
  protected readonly t = inject(I18n).t;
  protected readonly limits = LIMITS;
  protected readonly maxKb = LIMITS.fileBytes / KB;
  readonly siteId = input.required<string>();
  protected readonly form = new SettingsForm<ClosingValue>({
    name: 'closing',
    kind: 'site',
    fields: [
      { path: 'reopenWindowHours', label: 'chat.closing.hours', rule: () => between(0, LIMITS.reopenWindowHours) },
      { path: 'maxFileBytes', label: 'chat.closing.file', rule: () => between(1, LIMITS.fileBytes / KB) },
    ],
    load: async (siteId) => versioned(await this.#source.load(siteId)),
    save: async (siteId, value, changed, version) => {
      const hours = changed.includes('reopenWindowHours') ? { reopenWindowHours: value.reopenWindowHours } : {};
      const file = changed.includes('maxFileBytes') ? { maxFileBytes: (value.maxFileBytes ?? 0) * KB } : {};
      return versioned(await this.#source.patch(siteId, { version, ...hours, ...file }));
    },
  });

  constructor() {
    const title = inject(Title);
    effect(() => this.form.open(this.siteId()));
    effect(() => title.setTitle(`${this.t('chat.closing.title')} · ${this.t('app.name')}`));
  }
}
