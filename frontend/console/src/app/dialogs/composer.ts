import { TextFieldModule, CdkTextareaAutosize } from '@angular/cdk/text-field';
import {
  Component,
  DestroyRef,
  ElementRef,
  computed,
  effect,
  inject,
  output,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { MatTooltip } from '@angular/material/tooltip';
import { type OutgoingSavedFile } from '@beseda/realtime';
import { Auth } from '../core/auth.js';
import { MAX_FILE_BYTES, MAX_TEXT } from '../core/model.js';
import { Sites } from '../core/sites.js';
import { Formats } from '../i18n/formats.js';
import { I18n } from '../i18n/i18n.js';
import { MAX_REPLY_FILES, type SavedFile, type SavedReply } from '../library/model.js';
import { slashAt, slashQuery, type SlashQuery } from '../library/picking.js';
import { fill, firstHole, holesOf } from '../library/placeholders.js';
import { Icon } from '../ui/icon.js';
import { channelIcon } from '../ui/icons.js';
import { Names } from '../ui/names.js';
import { cutMiddle } from '../ui/people.js';
import { readDraftFiles, writeDraftFiles } from './composer-files.js';
import { DialogStore } from './dialog.store.js';
import { readDraft, writeDraft } from './drafts.js';
import { ReplyPicker } from './reply-picker.js';

const SAVE_MS = 300;
/** The counter appears when so few characters are left. */
const WARN_LEFT = 500;

/** Where the answer is written. What was typed stays over dialogs, errors and reloads. */
@Component({
  selector: 'bsd-composer',
  imports: [Icon, MatTooltip, ReplyPicker, TextFieldModule],
  templateUrl: './composer.html',
})
export class Composer {
  readonly #auth = inject(Auth);
  readonly #formats = inject(Formats);
  readonly #sites = inject(Sites);
  protected readonly names = inject(Names);
  protected readonly store = inject(DialogStore);
  protected readonly t = inject(I18n).t;
  readonly text = output<string>();
  readonly file = output<File>();
  readonly savedFile = output<OutgoingSavedFile>();

  private readonly areaView = viewChild<ElementRef<HTMLTextAreaElement>>('area');
  private readonly autosizeView = viewChild(CdkTextareaAutosize);
  protected readonly pickerView = viewChild(ReplyPicker);
  protected readonly value = signal('');
  protected readonly saved = signal(false);
  protected readonly fileError = signal<string | null>(null);
  /** Files of a saved reply, to be sent after the text. */
  protected readonly files = signal<readonly SavedFile[]>([]);
  /** Where a saved reply is looked for; null: the list is closed. */
  protected readonly slash = signal<SlashQuery | null>(null);
  /** Sending was stopped at a placeholder that still stands in the text. */
  protected readonly asked = signal(false);
  /** Where the style sheet can size the field, no script measures it at every key. */
  protected readonly growsByItself = globalThis.CSS?.supports?.('field-sizing', 'content') ?? false;
  protected readonly mac = /mac|iphone|ipad/i.test(navigator.platform);
  /** What the button put into the text, to be taken back when nothing is chosen. */
  #inserted = '';
  #dialogId: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  protected readonly summary = this.store.summary;
  protected readonly channel = computed(() => this.summary()?.channel ?? 'chat');
  protected readonly icon = computed(() => channelIcon(this.channel()));
  protected readonly label = computed(() => {
    const summary = this.summary();
    return this.t('composer.label', { name: summary ? this.names.contact(summary.contact) : '' });
  });
  protected readonly left = computed(() => MAX_TEXT - this.value().trim().length);
  protected readonly limit = computed(() => {
    const left = this.left();
    if (left > WARN_LEFT) return null;
    return left < 0 ? this.t('composer.tooLong', { n: -left }) : this.t('composer.left', { n: left });
  });
  protected readonly holes = computed(() => holesOf(this.value()).join(', '));
  protected readonly tiles = computed(() =>
    this.files().map((file) => ({ ...file, short: cutMiddle(file.name), bytes: this.#formats.size(file.size) })),
  );

  constructor() {
    effect(() => {
      const id = this.store.id();
      untracked(() => this.#change(id));
    });
    const leave = (): void => this.#save();
    window.addEventListener('pagehide', leave);
    inject(DestroyRef).onDestroy(() => {
      window.removeEventListener('pagehide', leave);
      this.#save();
    });
  }

  focus(): void {
    this.areaView()?.nativeElement.focus();
  }

  /** Takes picked, dropped or pasted files; one file is one message. */
  attach(files: FileList | readonly File[] | null): void {
    this.fileError.set(null);
    for (const file of files ?? []) {
      if (file.size > MAX_FILE_BYTES) {
        this.fileError.set(this.t('file.tooLarge', { name: file.name, size: this.#formats.size(file.size) }));
      } else if (file.size === 0) this.fileError.set(this.t('file.empty', { name: file.name }));
      else this.file.emit(file);
    }
  }

  protected input(value: string): void {
    const typed = value.length > this.value().length;
    this.#changed(value);
    const caret = this.areaView()?.nativeElement.selectionStart ?? value.length;
    const open = this.slash();
    if (open) this.#search(slashQuery(value, caret, open.start));
    else if (typed) this.#search(slashAt(value, caret));
  }

  protected key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (this.slash()) {
      if (event.key === 'Escape') {
        event.preventDefault();
        return this.closePicker();
      }
      if (this.pickerView()?.key(event)) return event.preventDefault();
    }
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.send();
  }

  /** The caret was moved: away from the query the list closes. */
  protected moved(): void {
    const [open, area] = [this.slash(), this.areaView()?.nativeElement];
    if (open && area) this.#search(slashQuery(area.value, area.selectionStart, open.start));
  }

  protected blurred(): void {
    this.slash.set(null);
    this.#inserted = '';
  }

  /** The button: writes the slash for the operator, or closes the list. */
  protected togglePicker(): void {
    if (this.slash()) return this.closePicker();
    const area = this.areaView()?.nativeElement;
    if (!area) return;
    const at = area.selectionStart;
    const before = area.value.slice(0, at);
    this.#inserted = before === '' || /\s$/.test(before) ? '/' : ' /';
    this.focus();
    this.#put(before, this.#inserted, area.value.slice(area.selectionEnd));
    const end = at + this.#inserted.length;
    this.slash.set({ start: end - 1, end, query: '' });
  }

  protected closePicker(): void {
    const open = this.slash();
    this.slash.set(null);
    const inserted = this.#inserted;
    this.#inserted = '';
    this.focus();
    if (!open || inserted === '' || open.query !== '') return;
    const value = this.value();
    this.#put(value.slice(0, open.end - inserted.length), '', value.slice(open.end));
  }

  /** A saved reply was chosen: it stands in the place of the query and can be edited. */
  protected use(reply: SavedReply): void {
    const open = this.slash();
    this.slash.set(null);
    this.#inserted = '';
    const contact = this.summary()?.contact;
    const text = fill(reply.text, {
      'contact.name': contact?.name,
      'contact.email': contact?.email,
      'contact.phone': contact?.phone,
      'operator.name': this.#auth.operator()?.name,
      'site.name': this.#sites.current()?.name,
    });
    const value = this.value();
    this.focus();
    this.#put(value.slice(0, open?.start ?? value.length), text, value.slice(open?.end ?? value.length));
    const known = new Set(this.files().map((file) => file.id));
    this.files.update((files) =>
      [...files, ...reply.files.filter((file) => !known.has(file.id))].slice(0, MAX_REPLY_FILES),
    );
    this.#save();
    if (firstHole(text)) this.showHole();
  }

  protected dropFile(id: string): void {
    this.files.update((files) => files.filter((file) => file.id !== id));
    this.#save();
    this.focus();
  }

  /** Selects the placeholder that nothing was put in the place of. */
  protected showHole(): void {
    const [hole, area] = [firstHole(this.value()), this.areaView()?.nativeElement];
    if (!hole || !area) return;
    area.focus();
    area.setSelectionRange(hole.start, hole.start + hole.text.length);
  }

  protected paste(event: ClipboardEvent): void {
    const files = event.clipboardData?.files;
    if (!files?.length) return;
    event.preventDefault();
    this.attach(files);
  }

  protected picked(input: HTMLInputElement): void {
    this.attach([...(input.files ?? [])]);
    input.value = '';
    this.focus();
  }

  /** Stops once at a placeholder that still stands there: a customer shall not read it unless it is meant. */
  protected send(anyway = false): void {
    const text = this.value().trim();
    const files = this.files();
    this.focus();
    if ((!text && files.length === 0) || this.left() < 0) return;
    if (!anyway && firstHole(text)) {
      this.asked.set(true);
      return this.showHole();
    }
    if (text) this.text.emit(text);
    for (const { id, name, type, size } of files) this.savedFile.emit({ id, name, type, size });
    this.fileError.set(null);
    this.asked.set(false);
    this.slash.set(null);
    this.files.set([]);
    this.#show('');
    this.#save();
  }

  #search(query: SlashQuery | null): void {
    // words that fit nothing are no query: "/ " in the middle of a sentence
    const lost = query !== null && /\s$/.test(query.query) && this.pickerView()?.barren();
    this.slash.set(lost ? null : query);
    if (this.slash() === null) this.#inserted = '';
  }

  #changed(value: string): void {
    this.value.set(value);
    this.saved.set(false);
    if (!firstHole(value)) this.asked.set(false);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), SAVE_MS);
  }

  /** Puts a text between two others, the caret behind it. */
  #put(before: string, text: string, after: string): void {
    this.#show(before + text + after);
    this.#changed(before + text + after);
    const caret = before.length + text.length;
    this.areaView()?.nativeElement.setSelectionRange(caret, caret);
  }

  #change(dialogId: string | null): void {
    if (dialogId === this.#dialogId) return;
    this.#save();
    this.#dialogId = dialogId;
    this.fileError.set(null);
    this.slash.set(null);
    this.asked.set(false);
    this.files.set(dialogId ? readDraftFiles(this.#operatorId(), dialogId) : []);
    this.#show(dialogId ? readDraft(this.#operatorId(), dialogId) : '');
    this.saved.set(this.value() !== '');
  }

  #show(value: string): void {
    this.value.set(value);
    const area = this.areaView()?.nativeElement;
    if (area) area.value = value;
    if (!this.growsByItself) queueMicrotask(() => this.autosizeView()?.resizeToFitContent(true));
  }

  #save(): void {
    clearTimeout(this.#timer);
    if (!this.#dialogId) return;
    writeDraftFiles(this.#operatorId(), this.#dialogId, this.files());
    const kept = writeDraft(this.#operatorId(), this.#dialogId, this.value());
    this.saved.set(kept && this.value().trim() !== '');
  }

  #operatorId(): string {
    return this.#auth.operator()?.id ?? '';
  }
}
