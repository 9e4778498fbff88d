import { Component, computed, inject, input, linkedSignal } from '@angular/core';
import { Auth } from '../core/auth.js';
import { Sites } from '../core/sites.js';
import { I18n } from '../i18n/i18n.js';
import { type MessageKey } from '../i18n/ru.js';
import { FieldNote } from '../kit/field-note.js';
import { AreaField, SelectField, TextField } from '../kit/fields.js';
import { itemForm } from '../kit/item-form.js';
import { Panels } from '../kit/panels.js';
import { all, atMost, required, type Rule } from '../kit/rules.js';
import { SidePanel } from '../kit/side-panel.js';
import { Icon } from '../ui/icon.js';
import { MAX_FOLDER, MAX_REPLY_TEXT, MAX_TITLE, type ReplyDraft, type SavedFile, type SavedReply } from './model.js';
import { PLACEHOLDERS, fillParts, unknownPlaceholders, type Placeholder } from './placeholders.js';
import { RepliesStore, audienceValue } from './replies.store.js';
import { ReplyFiles } from './reply-files.js';

const draftOf = ({ title, text, folder, audience, files }: SavedReply): ReplyDraft => ({
  title,
  text,
  folder,
  audience: audienceValue(audience),
  // the address of a file is good for minutes: it is no part of what is compared and kept
  files: files.map(({ id, name, type, size }) => ({ id, name, type, size })),
});

/** The panel of a saved reply. A new one is followed by the next. */
@Component({
  selector: 'bsd-reply-panel',
  imports: [AreaField, FieldNote, Icon, ReplyFiles, SelectField, SidePanel, TextField],
  templateUrl: './reply-panel.html',
})
export class ReplyPanel {
  readonly #auth = inject(Auth);
  readonly #panels = inject(Panels);
  readonly #sites = inject(Sites);
  protected readonly store = inject(RepliesStore);
  protected readonly t = inject(I18n).t;
  /** Id of the reply, or `new`. */
  readonly which = input.required<string>();
  protected readonly placeholders = PLACEHOLDERS;
  protected readonly words: Readonly<Record<Placeholder, MessageKey>> = {
    'contact.name': 'library.insert.name',
    'contact.email': 'library.insert.email',
    'contact.phone': 'library.insert.phone',
    'operator.name': 'library.insert.operator',
    'site.name': 'library.insert.site',
  };
  /** Title of the reply that was just added. */
  readonly #latest = linkedSignal({ source: () => this.which(), computation: () => '' });
  /** The next reply begins in the same folder, for the same people. */
  #next = { folder: '', audience: 'everyone' };
  protected readonly isNew = computed(() => this.which() === 'new');
  protected readonly sample = `{contact.name|…}`;
  protected readonly form = itemForm<ReplyDraft, SavedReply>({
    name: 'saved-reply',
    fields: [
      { path: 'title', label: 'library.reply.title', rule: () => all(required, atMost(MAX_TITLE)) },
      { path: 'folder', label: 'library.reply.folder', rule: () => atMost(MAX_FOLDER) },
      { path: 'audience', label: 'library.reply.audience', show: (value) => this.audienceName(String(value)) },
      { path: 'text', label: 'library.reply.text', rule: textRule },
      {
        path: 'files',
        label: 'library.reply.files',
        show: (files) => (files as readonly SavedFile[]).map((file) => file.name).join('\n'),
      },
    ],
    id: this.which,
    list: this.store.list,
    blank: () => {
      const audience = this.store.manages() ? this.#next.audience : 'personal';
      return { title: '', text: '', folder: this.#next.folder, audience, files: [] };
    },
    draftOf,
    // spaces at the ends of a text are meant
    tidy: (draft) => draft,
    create: (draft) => this.store.create(draft),
    change: (id, { version }, draft) => this.store.update(id, draft, version),
  });
  protected readonly folder = this.form.field('folder');
  protected readonly audiences = computed(() => {
    const now = this.form.draft()?.audience ?? '';
    const values = ['everyone', 'personal', ...this.store.teams().map((team) => `team:${team.id}`)];
    const shown = values.includes(now) || now === '' ? values : [...values, now];
    return shown.map((value) => ({ value, label: this.audienceName(value) }));
  });
  protected readonly unknown = computed(() => unknownPlaceholders(this.form.draft()?.text ?? '').join(', '));
  protected readonly preview = computed(() =>
    fillParts(this.form.draft()?.text ?? '', {
      'contact.name': this.t('library.sample.name'),
      'contact.email': this.t('library.sample.email'),
      'contact.phone': this.t('library.sample.phone'),
      'operator.name': this.#auth.operator()?.name,
      'site.name': this.#sites.current()?.name,
    }),
  );
  protected readonly added = computed(() =>
    this.isNew() && this.#latest() ? this.t('library.reply.added', { name: this.#latest() }) : '',
  );

  protected audienceName(value: string): string {
    if (value === 'everyone') return this.t('library.audience.everyone');
    if (value === 'personal') return this.t('library.audience.personal');
    const team = this.store.teams().find((one) => `team:${one.id}` === value);
    return team ? this.t('library.audience.team', { name: team.name }) : this.t('library.audience.gone');
  }

  /** Puts a placeholder at the caret. */
  protected insert(name: Placeholder): void {
    const field = this.form.field('text');
    const area = document.getElementById(field.id);
    if (!(area instanceof HTMLTextAreaElement)) return;
    area.focus();
    area.setRangeText(`{${name}}`, area.selectionStart, area.selectionEnd, 'end');
    field.set(area.value);
  }

  protected async submit(): Promise<void> {
    if (!this.form.dirty()) return;
    const isNew = this.isNew();
    const draft = this.form.draft();
    if (!(await this.form.save())) return;
    if (!isNew) return this.#panels.done(this.t('library.reply.saved'));
    this.#latest.set(draft?.title.trim() ?? '');
    this.#next = { folder: draft?.folder ?? '', audience: draft?.audience ?? 'everyone' };
    await this.form.reload();
    await this.form.goTo('title');
  }
}

/** A text is needed unless files stand for it; what stands in braces must be something to fill in. */
function textRule(draft: ReplyDraft): Rule {
  return (value) => {
    const text = String(value);
    if (draft.files.length === 0 && text.trim() === '') return { code: 'required' };
    if (unknownPlaceholders(text).length > 0) return { code: 'invalid_value' };
    return atMost(MAX_REPLY_TEXT)(value);
  };
}
