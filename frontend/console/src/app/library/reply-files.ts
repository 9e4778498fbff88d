import { Component, computed, inject, input, signal } from '@angular/core';
import { toApiProblem } from '@beseda/realtime';
import { MAX_FILE_BYTES } from '../core/model.js';
import { Problems } from '../core/problems.js';
import { Formats } from '../i18n/formats.js';
import { I18n } from '../i18n/i18n.js';
import { type Field } from '../kit/field.js';
import { FieldNote } from '../kit/field-note.js';
import { Icon } from '../ui/icon.js';
import { MAX_REPLY_FILES, type SavedFile } from './model.js';
import { RepliesStore } from './replies.store.js';

/** Files that go with a saved reply. */
@Component({
  selector: 'bsd-reply-files',
  imports: [FieldNote, Icon],
  template: `
    <span class="label" id="reply-files"
      >{{ t('library.reply.files') }} <span class="field__opt">{{ t('settings.optional') }}</span></span
    >
    @if (field().value().length) {
      <ul class="rfiles" aria-labelledby="reply-files">
        @for (file of field().value(); track file.id) {
          <li class="rfile" data-testid="reply-file">
            <bsd-icon name="paperclip" size="m" /><span class="cut grow" [title]="file.name">{{ file.name }}</span
            ><span class="meta">{{ formats.size(file.size) }}</span>
            <button
              type="button"
              class="btn btn--ico btn--s"
              [attr.aria-label]="t('library.reply.fileRemove', { name: file.name })"
              (click)="drop(file.id)"
            >
              <bsd-icon name="x" size="m" />
            </button>
          </li>
        }
      </ul>
    }
    <div>
      <label class="btn btn--line attach" [class.is-off]="full()">
        <input
          #picker
          type="file"
          class="sr"
          multiple
          data-testid="reply-upload"
          [id]="field().id"
          [disabled]="full()"
          [attr.aria-describedby]="field().id + '-note'"
          (change)="take(picker)"
        />
        @if (busy() > 0) {
          <span class="busy" aria-hidden="true"><i></i><i></i><i></i></span>
        } @else {
          <bsd-icon name="paperclip" size="m" />
        }
        {{ t('library.reply.attach') }}
      </label>
    </div>
    <bsd-field-note
      [forId]="field().id"
      [error]="field().error()"
      [hint]="t('library.reply.filesHint', { max: max })"
    />
    @for (reason of problems(); track $index) {
      <span class="err" role="alert"
        ><bsd-icon name="circle-alert" size="s" /><span>{{ reason }}</span></span
      >
    }
  `,
  host: { class: 'field' },
})
export class ReplyFiles {
  readonly #store = inject(RepliesStore);
  readonly #problems = inject(Problems);
  protected readonly formats = inject(Formats);
  protected readonly t = inject(I18n).t;
  readonly field = input.required<Field<readonly SavedFile[]>>();
  protected readonly max = MAX_REPLY_FILES;
  protected readonly busy = signal(0);
  protected readonly problems = signal<readonly string[]>([]);
  protected readonly full = computed(() => this.field().value().length >= MAX_REPLY_FILES);

  protected drop(id: string): void {
    this.field().set(
      this.field()
        .value()
        .filter((file) => file.id !== id),
    );
  }

  protected async take(picker: HTMLInputElement): Promise<void> {
    const files = [...(picker.files ?? [])];
    picker.value = '';
    this.problems.set([]);
    for (const file of files) await this.#upload(file);
  }

  async #upload(file: File): Promise<void> {
    const say = (reason: string): void => this.problems.update((all) => [...all, reason]);
    if (this.full()) return say(this.t('library.reply.filesFull', { max: MAX_REPLY_FILES }));
    if (file.size > MAX_FILE_BYTES)
      return say(this.t('file.tooLarge', { name: file.name, size: this.formats.size(file.size) }));
    if (file.size === 0) return say(this.t('file.empty', { name: file.name }));
    const field = this.field();
    this.busy.update((n) => n + 1);
    try {
      const saved = await this.#store.upload(file);
      const others = field.value().filter((one) => one.id !== saved.id);
      field.set([...others, saved]);
    } catch (error) {
      // ApiError: said under the files; the others go on
      say(
        this.t('library.reply.fileFailed', { name: file.name, reason: this.#problems.sentence(toApiProblem(error)) }),
      );
    } finally {
      this.busy.update((n) => n - 1);
    }
  }
}
