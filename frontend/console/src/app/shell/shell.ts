import { Component, DestroyRef, computed, effect, inject, signal, untracked } from '@angular/core';
import { takeUntilDestroyed, toSignal } from '@angular/core/rxjs-interop';
import { MatMenuModule } from '@angular/material/menu';
import { NavigationEnd, Router, RouterLink, RouterOutlet } from '@angular/router';
import { filter, map, startWith } from 'rxjs';
import { Dialog } from '@angular/cdk/dialog';
import { Auth } from '../core/auth.js';
import { Preferences } from '../core/auth-preferences.js';
import { Hotkeys } from '../core/hotkeys.js';
import { Live } from '../core/live.js';
import { PresenceStore } from '../core/presence.js';
import { Problems } from '../core/problems.js';
import { Sites } from '../core/sites.js';
import { THEMES, Theme } from '../core/theme.js';
import { Toasts } from '../core/toast.js';
import { Formats } from '../i18n/formats.js';
import { I18n, LANGS } from '../i18n/i18n.js';
import { Avatar } from '../ui/avatar.js';
import { Icon } from '../ui/icon.js';
import { initials } from '../ui/people.js';
import { LanguageSwitch, ThemeSwitch } from '../ui/switches.js';
import { NavCounter } from './nav-counter.js';

/** A short break of the connection is nobody's business; a longer one gets a banner. */
const BANNER_AFTER_MS = 2_500;

/** Rail (bottom bar on a phone), connection banner, toast; the page is inside. */
@Component({
  selector: 'bsd-shell',
  imports: [Avatar, Icon, LanguageSwitch, MatMenuModule, RouterLink, RouterOutlet, ThemeSwitch],
  templateUrl: './shell.html',
  providers: [NavCounter],
  host: { class: 'app', '[class.app--inside]': 'inside()' },
})
export class Shell {
  readonly #router = inject(Router);
  readonly #formats = inject(Formats);
  readonly #auth = inject(Auth);
  protected readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  protected readonly sites = inject(Sites);
  protected readonly live = inject(Live);
  protected readonly toasts = inject(Toasts);
  protected readonly counter = inject(NavCounter);
  protected readonly presence = inject(PresenceStore);
  protected readonly preferences = inject(Preferences);
  protected readonly theme = inject(Theme);
  readonly #problems = inject(Problems);
  readonly #dialog = inject(Dialog);
  protected readonly langs = LANGS;
  protected readonly themes = THEMES;
  protected readonly statuses = ['online', 'away'] as const;
  readonly #late = signal(false);
  readonly #url = toSignal(
    this.#router.events.pipe(
      filter((event) => event instanceof NavigationEnd),
      map((event) => event.urlAfterRedirects),
      startWith(this.#router.url),
    ),
    { requireSync: true },
  );

  protected readonly me = this.#auth.operator;
  protected readonly siteId = computed(() => /^\/sites\/([^/?#]+)/.exec(this.#url())?.[1] ?? null);
  /** The part of the console that is shown. */
  protected readonly section = computed(() => /^\/sites\/[^/]+\/([^/?#]+)/.exec(this.#url())?.[1] ?? null);
  protected readonly owner = computed(
    () => this.me()?.role === 'superadmin' || (this.sites.items() ?? []).some((site) => site.role === 'superadmin'),
  );
  protected readonly siteMenuShown = computed(() => this.owner() || (this.sites.items()?.length ?? 0) > 1);
  protected readonly presenceName = computed(() => this.t(`presence.${this.presence.mine()}`));
  /** A dialog is open: on a phone the bottom bar goes away. */
  protected readonly inside = computed(() => /^\/sites\/[^/]+\/dialogs\/[^/?#]+/.test(this.#url()));
  protected readonly siteMark = computed(() => initials(this.sites.current()?.name ?? '').slice(0, 2) || '·');
  protected readonly connection = computed(() => {
    const state = this.live.state();
    return { state, label: this.t(`conn.${state}`) };
  });
  protected readonly banner = computed(() => {
    const { state } = this.connection();
    if (state === 'polling') return this.t('conn.pollingLong');
    const since = this.live.downSince();
    if (state === 'online' || since === null) return null;
    if (state === 'connecting' && !this.#late()) return null;
    return this.t('conn.offlineSince', { time: this.#formats.clock(new Date(since).toISOString()) });
  });

  constructor() {
    effect(() => {
      const [siteId, me] = [this.siteId(), this.me()];
      if (siteId && me) untracked(() => this.#enter(siteId, me.id));
    });
    this.live.refreshes.pipe(takeUntilDestroyed()).subscribe(() => this.#loadNames());
    effect((onCleanup) => {
      this.live.downSince();
      this.#late.set(false);
      const timer = setTimeout(() => this.#late.set(true), BANNER_AFTER_MS);
      onCleanup(() => clearTimeout(timer));
    });
    const off = inject(Hotkeys).add({ key: 'KeyZ', run: () => this.toasts.act() });
    inject(DestroyRef).onDestroy(off);
  }

  protected skip(): void {
    (document.getElementById('dialog-list') ?? document.getElementById('content'))?.focus();
  }

  protected switchSite(siteId: string): void {
    void this.#router.navigate(['/sites', siteId, 'dialogs']);
  }

  protected async addSite(): Promise<void> {
    const [{ AddSite }] = await Promise.all([import('./add-site.js'), this.i18n.need(['people'])]);
    this.#dialog.open(AddSite, {
      panelClass: 'dlg__pane',
      backdropClass: 'dlg__back',
      ariaLabelledBy: 'add-site-title',
    });
  }

  protected async choose(status: 'online' | 'away'): Promise<void> {
    try {
      await this.presence.choose(status);
    } catch (error) {
      // ApiError: the menu is closed by now, so the word goes to the bottom of the page
      this.toasts.show({ text: this.t('nav.statusFailed', { reason: this.#problems.reason(error) }) });
    }
  }

  protected logout(): void {
    void this.#auth.logout();
  }

  #enter(siteId: string, operatorId: string): void {
    this.live.enter(siteId, operatorId);
    void this.presence.enter(siteId).catch(() => undefined /* ApiError: asked for again by the next refresh */);
    void this.sites.enter(siteId).catch(() => undefined /* ApiError: asked for again by the next refresh */);
    this.#loadNames();
  }

  /** Names of sites and colleagues are an addition: nothing waits for them, and what failed is asked for again. */
  #loadNames(): void {
    if (!this.sites.items()) void this.sites.load().catch(() => undefined /* ApiError: as above */);
    if (this.live.state() === 'online' && this.sites.colleagues().length === 0) {
      void this.sites.loadColleagues().catch(() => undefined /* ApiError: as above */);
    }
  }
}
