import {
  Component,
  ElementRef,
  Injector,
  ViewEncapsulation,
  afterNextRender,
  computed,
  effect,
  inject,
  input,
  signal,
  viewChild,
  viewChildren,
} from '@angular/core';
import { Title } from '@angular/platform-browser';
import { Router, RouterLink } from '@angular/router';
import { toApiProblem } from '@beseda/realtime';
import { Clock } from '../../core/clock.js';
import { Problems } from '../../core/problems.js';
import { Sites } from '../../core/sites.js';
import { Formats } from '../../i18n/formats.js';
import { I18n } from '../../i18n/i18n.js';
import { type MessageKey } from '../../i18n/ru.js';
import { Icon } from '../../ui/icon.js';
import { FormFrame } from '../../kit/form-frame.js';
import { SettingsHead } from '../../kit/head.js';
import { TABS, chatForm, tabOf, versioned, type ChatTab } from './chat-form.js';
import { InstallPanel } from './install-panel.js';
import { LookTab } from './look-tab.js';
import { LanguagesTab, OfflineTab, VisibilityTab } from './other-tabs.js';
import { SecurityTab } from './security-tab.js';
import { type SiteSettings } from './site-settings.js';
import { SiteSource } from './site-source.js';
import { previewOf } from './preview-settings.js';
import { WidgetPreview } from './widget-preview.js';

const TAB_NAMES = {
  look: 'chat.tab.look',
  visibility: 'chat.tab.visibility',
  offline: 'chat.tab.offline',
  languages: 'chat.tab.languages',
  security: 'chat.tab.security',
} as const satisfies Record<ChatTab, MessageKey>;
const MINUTE_MS = 60_000;

/** The chat on the site: look, visibility, offline message, languages, security, with the real widget beside the form. */
@Component({
  selector: 'bsd-chat-page',
  imports: [
    FormFrame,
    Icon,
    InstallPanel,
    LanguagesTab,
    LookTab,
    OfflineTab,
    RouterLink,
    SecurityTab,
    SettingsHead,
    VisibilityTab,
    WidgetPreview,
  ],
  providers: [SiteSource],
  templateUrl: './chat-page.html',
  styleUrl: './chat.scss',
  encapsulation: ViewEncapsulation.None,
  host: { class: 'chat-page' },
})
export class ChatPage {
  readonly #router = inject(Router);
  readonly #problems = inject(Problems);
  readonly #formats = inject(Formats);
  readonly #clock = inject(Clock);
  readonly #sites = inject(Sites);
  readonly #source = inject(SiteSource);
  protected readonly t = inject(I18n).t;
  readonly siteId = input.required<string>();
  /** From the URL. */
  readonly tab = input<string>();
  protected readonly tabs = TABS;
  protected readonly tabNames = TAB_NAMES;
  protected readonly form = chatForm(this.#source, (path) => this.#show(tabOf(path)));
  protected readonly site = this.#source.last;
  protected readonly current = computed((): ChatTab => TABS.find((tab) => tab === this.tab()) ?? 'look');
  /** Tabs with a field that is wrong, once "save" was pressed. */
  protected readonly wrong = computed(() =>
    this.form.blocked() === 'invalid' ? new Set(this.form.invalid().map(tabOf)) : new Set<ChatTab>(),
  );
  /** On a narrow screen: the preview instead of the form. */
  protected readonly previewing = signal(false);
  protected readonly installing = signal(false);
  protected readonly checking = signal(false);
  protected readonly checked = signal('');
  protected readonly checkFailed = signal(false);
  protected readonly uploading = signal(false);
  protected readonly uploadProblem = signal('');
  private readonly tabViews = viewChildren<unknown, ElementRef<HTMLElement>>('tabLink', { read: ElementRef });
  private readonly installView = viewChild<ElementRef<HTMLButtonElement>>('install');

  protected readonly seen = computed(() => [...(this.site()?.seen ?? [])].sort((a, b) => (a.at < b.at ? 1 : -1)));
  protected readonly seenText = computed(() => {
    const [last] = this.seen();
    if (!last) return '';
    const ago = this.#clock.now() - Date.parse(last.at);
    if (ago < MINUTE_MS) return this.t('chat.seenNow', { host: last.host });
    return this.t('chat.seen', { ago: this.#formats.duration(ago), host: last.host });
  });
  protected readonly preview = computed(() => {
    const [draft, site] = [this.form.draft(), this.site()];
    if (!draft || !site) return null;
    return previewOf(draft, site, this.#sites.colleagues(), this.current() === 'offline');
  });

  constructor() {
    const title = inject(Title);
    effect(() => this.form.open(this.siteId()));
    effect(() => title.setTitle(`${this.t('chat.title')} · ${this.t('app.name')}`));
    const injector = inject(Injector);
    effect(() => {
      const at = TABS.indexOf(this.current());
      // tabs wider than a phone scroll: the current one is brought into sight
      const show = (): void =>
        this.tabViews()[at]?.nativeElement.scrollIntoView({ inline: 'center', block: 'nearest' });
      afterNextRender(show, { injector });
    });
  }

  protected setInstalling(open: boolean): void {
    this.installing.set(open);
    this.checked.set('');
    if (!open) queueMicrotask(() => this.installView()?.nativeElement.focus());
  }

  protected async check(): Promise<void> {
    if (this.checking()) return;
    this.checking.set(true);
    this.checked.set('');
    try {
      this.form.take(versioned(await this.#source.load(this.siteId())));
      this.checkFailed.set(false);
      this.checked.set(this.seenText() || this.t('chat.checkedNothing'));
    } catch (error) {
      // ApiError: said under the button
      this.checkFailed.set(true);
      this.checked.set(this.#problems.sentence(toApiProblem(error)));
    } finally {
      this.checking.set(false);
    }
  }

  protected setAvatar(picture: Blob): Promise<void> {
    return this.#upload((siteId) => this.#source.setAvatar(siteId, picture));
  }

  protected removeAvatar(): Promise<void> {
    return this.#upload((siteId) => this.#source.removeAvatar(siteId));
  }

  /** A picture is saved at once; the rest of the form stays as it is typed. */
  async #upload(send: (siteId: string) => Promise<SiteSettings>): Promise<void> {
    if (this.uploading()) return;
    this.uploading.set(true);
    this.uploadProblem.set('');
    try {
      this.form.take(versioned(await send(this.siteId())));
    } catch (error) {
      // ApiError: said beside the picture
      this.uploadProblem.set(this.#problems.sentence(toApiProblem(error)));
    } finally {
      this.uploading.set(false);
    }
  }

  async #show(tab: ChatTab): Promise<void> {
    this.previewing.set(false);
    if (tab !== this.current()) await this.#router.navigate([], { queryParams: { tab }, replaceUrl: true });
  }
}
