import { Component, ElementRef, computed, inject, input, output, signal, viewChild } from '@angular/core';
import { MatMenuModule, MatMenuTrigger } from '@angular/material/menu';
import { MatTooltip } from '@angular/material/tooltip';
import { type OutgoingSavedFile } from '@beseda/realtime';
import { Auth } from '../core/auth.js';
import { Clock } from '../core/clock.js';
import { PresenceStore } from '../core/presence.js';
import { Problems } from '../core/problems.js';
import { Sites } from '../core/sites.js';
import { Toasts } from '../core/toast.js';
import { Formats } from '../i18n/formats.js';
import { I18n } from '../i18n/i18n.js';
import { type MessageKey } from '../i18n/ru.js';
import { Avatar } from '../ui/avatar.js';
import { Icon } from '../ui/icon.js';
import { channelIcon } from '../ui/icons.js';
import { Names } from '../ui/names.js';
import { delayed } from '../ui/delayed.js';
import { Composer } from './composer.js';
import { DialogStore } from './dialog.store.js';
import { Timeline } from './timeline/timeline.js';

/** The open dialog: header with what can be done, timeline, composer. */
@Component({
  selector: 'bsd-conversation',
  imports: [Avatar, Composer, Icon, MatMenuModule, MatTooltip, Timeline],
  templateUrl: './conversation.html',
})
export class Conversation {
  readonly #auth = inject(Auth);
  readonly #clock = inject(Clock);
  readonly #formats = inject(Formats);
  readonly #toasts = inject(Toasts);
  readonly #sites = inject(Sites);
  protected readonly problems = inject(Problems);
  protected readonly names = inject(Names);
  protected readonly presence = inject(PresenceStore);
  protected readonly store = inject(DialogStore);
  protected readonly t = inject(I18n).t;
  readonly cardOpen = input(true);
  readonly back = output();
  readonly card = output();

  private readonly composerView = viewChild(Composer);
  private readonly timelineView = viewChild(Timeline);
  private readonly assignTriggerView = viewChild<MatMenuTrigger>('assignTrigger');
  readonly #host = inject<ElementRef<HTMLElement>>(ElementRef);
  protected readonly busy = signal(false);
  protected readonly skeleton = delayed(() => !this.store.loaded() && !this.store.problem(), 150);
  protected readonly slow = delayed(() => !this.store.loaded() && !this.store.problem(), 8_000);

  protected readonly summary = this.store.summary;
  protected readonly title = computed(() => {
    const summary = this.summary();
    return summary ? this.names.contact(summary.contact) : '';
  });
  protected readonly icon = computed(() => channelIcon(this.summary()?.channel ?? ''));
  protected readonly waits = computed(() => {
    const summary = this.summary();
    if (!summary?.waitingSince || summary.status !== 'open') return null;
    const ms = Math.max(0, this.#clock.now() - Date.parse(summary.waitingSince));
    return { text: this.t('head.waits', { time: this.#formats.duration(ms) }), late: ms >= 15 * 60_000 };
  });
  protected readonly assignee = computed(() => {
    const id = this.summary()?.assigneeId;
    return id ? { id, name: this.names.operator(id) } : null;
  });
  /** The own name first, then colleagues by name. */
  protected readonly candidates = computed(() => {
    const me = this.#auth.operator()?.id;
    return this.#sites
      .colleagues()
      .filter((person) => !person.disabled)
      .sort((a, b) => Number(b.id === me) - Number(a.id === me) || a.name.localeCompare(b.name))
      .map((person) => ({
        id: person.id,
        name: person.name,
        label: person.id === me ? this.t('head.me', { name: person.name }) : person.name,
      }));
  });

  focusComposer(): void {
    this.composerView()?.focus();
  }

  focusTimeline(): void {
    this.timelineView()?.focus();
  }

  openAssign(): void {
    this.assignTriggerView()?.openMenu();
  }

  /** Key E. */
  async toggleClosed(): Promise<void> {
    const status = this.summary()?.status;
    if (status === 'open') await this.closeDialog();
    else if (status === 'closed') await this.reopenDialog();
  }

  /** Somebody may have joined since the page was loaded. */
  protected refreshColleagues(): void {
    void this.#sites.loadColleagues().catch(() => undefined /* ApiError: the list that is known stays */);
  }

  protected async assign(operatorId: string | null): Promise<void> {
    await this.#attempt('head.assignFailed', () => this.store.assign(operatorId));
  }

  protected async closeDialog(): Promise<void> {
    const id = this.store.id();
    const done = await this.#attempt('head.closeFailed', () => this.store.close());
    if (!done) return;
    const undo = {
      label: this.t('head.undo'),
      run: () => void this.#attempt('head.reopenFailed', () => this.store.reopen(id)),
    };
    this.#toasts.show({ text: this.t('head.closedToast'), action: undo });
    this.#host.nativeElement.querySelector<HTMLElement>('[data-testid=reopen-dialog]')?.focus();
  }

  protected async reopenDialog(): Promise<void> {
    if (await this.#attempt('head.reopenFailed', () => this.store.reopen())) this.#toasts.hide();
  }

  protected sendText(text: string): void {
    this.store.sendText(text);
    this.timelineView()?.toEnd();
  }

  protected sendFile(file: File): void {
    this.store.sendFile(file);
    this.timelineView()?.toEnd();
  }

  protected sendSavedFile(file: OutgoingSavedFile): void {
    this.store.sendSavedFile(file);
    this.timelineView()?.toEnd();
  }

  protected dropped(files: FileList | null): void {
    if (this.summary()?.status !== 'finalized') this.composerView()?.attach(files);
  }

  async #attempt(failed: MessageKey, run: () => Promise<void>): Promise<boolean> {
    if (this.busy()) return false;
    this.busy.set(true);
    try {
      await run();
      return true;
    } catch (error) {
      // ApiError: the action has no field of its own to say it at
      this.#toasts.show({ text: `${this.t(failed)}: ${this.problems.reason(error)}` });
      return false;
    } finally {
      this.busy.set(false);
    }
  }
}
