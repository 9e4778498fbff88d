import { Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Api } from '../../core/api.js';
import { Problems } from '../../core/problems.js';
import { I18n } from '../../i18n/i18n.js';
import { Icon } from '../../ui/icon.js';
import { Confirm } from '../../kit/confirm.js';
import { CopyBox } from '../../kit/copy-box.js';
import { AreaField } from '../../kit/fields.js';
import { type ChatForm } from './chat-form.js';
import { SAMPLES, SAMPLE_LANGUAGES, type SampleLanguage } from './samples.js';

/** On which pages the chat may be, and the secret with which a site says who its visitor is. */
@Component({
  selector: 'bsd-security-tab',
  imports: [AreaField, CopyBox, Icon],
  template: `
    <section class="fs">
      <h2>{{ t('chat.domains') }}</h2>
      <p class="hint">{{ t('chat.domainsLead') }}</p>
      <bsd-area-field
        [field]="form().field('domains')"
        [label]="t('chat.domainsLabel')"
        [rows]="4"
        [hint]="t('chat.domainsHint')"
        placeholder="shop.example"
      />
    </section>
    <section class="fs">
      <h2>{{ t('chat.identity') }}</h2>
      <p class="hint">{{ t('chat.identityHint') }}</p>
      @if (secret(); as value) {
        <bsd-copy-box [text]="value" [label]="t('chat.secret')" testId="identity-secret">
          <button type="button" class="btn btn--line" data-testid="identity-hide" (click)="secret.set(null)">
            <bsd-icon name="eye-off" size="m" />{{ t('chat.secretHide') }}
          </button>
          <button type="button" class="btn btn--line" data-testid="identity-rotate" (click)="rotate()">
            <bsd-icon name="refresh-cw" size="m" />{{ t('chat.secretRotate') }}
          </button>
        </bsd-copy-box>
      } @else {
        <div>
          <button
            type="button"
            class="btn btn--line"
            data-testid="identity-show"
            [attr.aria-busy]="busy()"
            (click)="show()"
          >
            <bsd-icon name="eye" size="m" />{{ t('chat.secretShow') }}
          </button>
        </div>
      }
      @if (problem(); as p) {
        <p class="err" role="alert">
          <bsd-icon name="circle-alert" size="s" /><span>{{ problems.sentence(p) }}</span>
        </p>
      }
      @if (rotated()) {
        <p class="hint ok row" role="status"><bsd-icon name="check" size="s" />{{ t('chat.secretRotated') }}</p>
      }
      <div class="field">
        <span class="label" id="sample-label">{{ t('chat.sample') }}</span>
        <div>
          <div class="seg" role="group" aria-labelledby="sample-label">
            @for (one of languages; track one.id) {
              <button type="button" [attr.aria-pressed]="language() === one.id" (click)="language.set(one.id)">
                {{ one.name }}
              </button>
            }
          </div>
        </div>
        <bsd-copy-box [text]="sample()" [label]="t('chat.sample')" testId="identity-sample" />
        <span class="hint">{{ t('chat.sampleHint') }}</span>
      </div>
    </section>
  `,
})
export class SecurityTab {
  readonly #api = inject(Api);
  readonly #confirm = inject(Confirm);
  protected readonly problems = inject(Problems);
  protected readonly t = inject(I18n).t;
  readonly form = input.required<ChatForm>();
  readonly siteId = input.required<string>();
  protected readonly languages = SAMPLE_LANGUAGES;
  protected readonly language = signal<SampleLanguage>('php');
  protected readonly sample = computed(() => SAMPLES[this.language()]);
  protected readonly secret = signal<string | null>(null);
  protected readonly busy = signal(false);
  protected readonly rotated = signal(false);
  protected readonly problem = signal<ApiProblem | null>(null);

  constructor() {
    // a secret of one site is never shown for another
    effect(() => {
      this.siteId();
      untracked(() => this.secret.set(null));
    });
  }

  protected show(): Promise<void> {
    return this.#ask('GET', '');
  }

  protected async rotate(): Promise<void> {
    const sure = await this.#confirm.ask({
      title: this.t('chat.rotateTitle'),
      text: this.t('chat.rotateText'),
      action: this.t('chat.rotateAction'),
      danger: true,
    });
    if (!sure) return;
    await this.#ask('POST', '/rotate');
    this.rotated.set(this.problem() === null);
  }

  async #ask(method: 'GET' | 'POST', tail: string): Promise<void> {
    const siteId = this.siteId();
    if (this.busy()) return;
    this.busy.set(true);
    this.problem.set(null);
    this.rotated.set(false);
    try {
      const path = `/api/sites/${siteId}/identity-secret${tail}`;
      const { secret } = await this.#api.request<{ secret: string }>(method, path);
      if (siteId === this.siteId()) this.secret.set(secret);
    } catch (error) {
      // ApiError: said under the button
      this.problem.set(toApiProblem(error));
    } finally {
      this.busy.set(false);
    }
  }
}
