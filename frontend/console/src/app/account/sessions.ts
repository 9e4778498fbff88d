import { Component, computed, inject, signal } from '@angular/core';
import { toApiProblem } from '@beseda/realtime';
import { Clock } from '../core/clock.js';
import { Problems } from '../core/problems.js';
import { Formats } from '../i18n/formats.js';
import { I18n } from '../i18n/i18n.js';
import { Confirm } from '../kit/confirm.js';
import { delayed } from '../ui/delayed.js';
import { Icon } from '../ui/icon.js';
import { AccountStore } from './account.store.js';
import { agentName, isMobile } from './agent.js';

/** Browsers that are signed in; each can be signed out from here. */
@Component({
  selector: 'bsd-sessions',
  imports: [Icon],
  template: `
    <h2>{{ t('account.sessions') }}</h2>
    <p class="hint">{{ t('account.sessions.lead') }}</p>
    @if (trouble(); as text) {
      <p class="banner banner--bad" role="alert"><bsd-icon name="circle-alert" size="m" />{{ text }}</p>
    }
    @if (store.sessionsProblem(); as problem) {
      <p class="banner banner--bad" role="alert">
        <bsd-icon name="triangle-alert" size="m" /><span class="grow"
          >{{ t('account.sessions.failed') }}. {{ problems.sentence(problem) }}</span
        >
        <button type="button" class="btn btn--line btn--s" (click)="store.loadSessions()">
          {{ t('error.retry') }}
        </button>
      </p>
    } @else {
      <ul class="devices" data-testid="sessions">
        @for (row of rows(); track row.id) {
          <li class="device" data-testid="session" [attr.data-current]="row.current">
            <bsd-icon [name]="row.mobile ? 'smartphone' : 'monitor'" />
            <span class="grow">
              <span class="row row--wrap"
                ><b class="label" [title]="row.userAgent">{{ row.name }}</b>
                @if (row.current) {
                  <span class="state state--ok">{{ t('account.sessions.this') }}</span>
                }
              </span>
              <span class="meta device__m">{{ row.about }}</span>
            </span>
            @if (!row.current) {
              <button
                type="button"
                class="btn btn--line"
                data-testid="session-end"
                [attr.aria-label]="t('account.sessions.endOf', { name: row.name })"
                (click)="end(row.id)"
              >
                {{ t('account.sessions.end') }}
              </button>
            }
          </li>
        } @empty {
          @if (skeleton()) {
            <li class="device" aria-hidden="true"><span class="sk" style="width: 60%"></span></li>
          }
        }
      </ul>
      @if (rows().length > 1) {
        <div>
          <button type="button" class="btn btn--line" data-testid="sessions-end-others" (click)="endOthers()">
            {{ t('account.sessions.endOthers') }}
          </button>
        </div>
      }
    }
  `,
  host: { class: 'fs' },
})
export class Sessions {
  readonly #clock = inject(Clock);
  readonly #formats = inject(Formats);
  readonly #confirm = inject(Confirm);
  protected readonly store = inject(AccountStore);
  protected readonly problems = inject(Problems);
  protected readonly t = inject(I18n).t;
  protected readonly trouble = signal<string | null>(null);
  protected readonly skeleton = delayed(() => this.store.sessions() === null && !this.store.sessionsProblem(), 150);
  protected readonly rows = computed(() => {
    const now = new Date(this.#clock.now());
    return (this.store.sessions() ?? []).map((one) => ({
      id: one.id,
      current: one.current,
      userAgent: one.userAgent,
      mobile: isMobile(one.userAgent),
      name: agentName(one.userAgent) || this.t('account.sessions.unknown'),
      about: [
        one.address,
        one.current
          ? this.t('account.sessions.since', { time: this.#formats.listTime(one.createdAt, now) })
          : this.t('account.sessions.used', { time: this.#formats.listTime(one.lastUsedAt, now) }),
      ]
        .filter(Boolean)
        .join(' · '),
    }));
  });

  constructor() {
    void this.store.loadSessions();
  }

  protected async end(id: string): Promise<void> {
    await this.#attempt(() => this.store.endSession(id));
  }

  protected async endOthers(): Promise<void> {
    const sure = await this.#confirm.ask({
      title: this.t('account.sessions.endOthersTitle'),
      text: this.t('account.sessions.endOthersText'),
      action: this.t('account.sessions.endOthersGo'),
    });
    if (sure) await this.#attempt(() => this.store.endOthers());
  }

  async #attempt(run: () => Promise<void>): Promise<void> {
    this.trouble.set(null);
    try {
      await run();
    } catch (error) {
      // ApiError: said above the list, which stays as it was
      this.trouble.set(this.problems.sentence(toApiProblem(error)));
    }
  }
}
