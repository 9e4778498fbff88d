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
import { Auth } from '../core/auth.js';
import { MAX_FILE_BYTES, MAX_TEXT } from '../core/model.js';
import { Formats } from '../i18n/formats.js';
import { I18n } from '../i18n/i18n.js';
import { Icon } from '../ui/icon.js';
import { channelIcon } from '../ui/icons.js';
import { Names } from '../ui/names.js';
import { DialogStore } from './dialog.store.js';
import { readDraft, writeDraft } from './drafts.js';

const SAVE_MS = 300;
/** The counter appears when so few characters are left. */
const WARN_LEFT = 500;

/** Where the answer is written. What was typed stays over dialogs, errors and reloads. */
@Component({
  selector: 'bsd-composer',
  imports: [Icon, TextFieldModule],
  templateUrl: './composer.html',
})
export class Composer {
  readonly #auth = inject(Auth);
  readonly #formats = inject(Formats);
  protected readonly names = inject(Names);
  protected readonly store = inject(DialogStore);
  protected readonly t = inject(I18n).t;
  readonly text = output<string>();
  readonly file = output<File>();

  private readonly areaView = viewChild<ElementRef<HTMLTextAreaElement>>('area');
  private readonly autosizeView = viewChild(CdkTextareaAutosize);
  protected readonly value = signal('');
  protected readonly saved = signal(false);
  protected readonly fileError = signal<string | null>(null);
  /** Where the style sheet can size the field, no script measures it at every key. */
  protected readonly growsByItself = globalThis.CSS?.supports?.('field-sizing', 'content') ?? false;
  protected readonly mac = /mac|iphone|ipad/i.test(navigator.platform);
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
    this.value.set(value);
    this.saved.set(false);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), SAVE_MS);
  }

  protected key(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    this.send();
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

  protected send(): void {
    const text = this.value().trim();
    this.focus();
    if (!text || this.left() < 0) return;
    this.text.emit(text);
    this.fileError.set(null);
    this.#show('');
    this.#save();
  }

  #change(dialogId: string | null): void {
    if (dialogId === this.#dialogId) return;
    this.#save();
    this.#dialogId = dialogId;
    this.fileError.set(null);
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
    const kept = writeDraft(this.#operatorId(), this.#dialogId, this.value());
    this.saved.set(kept && this.value().trim() !== '');
  }

  #operatorId(): string {
    return this.#auth.operator()?.id ?? '';
  }
}
