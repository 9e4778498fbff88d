import { Component, computed, inject, input } from '@angular/core';
import { I18n } from '../../i18n/i18n.js';
import { ChoiceField, LocalizedField, RadioField, SwitchField } from '../../kit/choice-fields.js';
import { TextField } from '../../kit/fields.js';
import { type ChatForm } from './chat-form.js';
import { LIMITS } from './site-settings.js';

/** When the collapsed chat is on the page. */
@Component({
  selector: 'bsd-visibility-tab',
  imports: [RadioField],
  template: `
    <section class="fs">
      <h2>{{ t('chat.visibilityTitle') }}</h2>
      <bsd-radio-field
        [field]="form().field('widget.visibility')"
        [choices]="choices()"
        [hint]="t('chat.visibilityHint')"
      />
    </section>
  `,
})
export class VisibilityTab {
  protected readonly t = inject(I18n).t;
  readonly form = input.required<ChatForm>();
  protected readonly choices = computed(() =>
    (['always', 'dialog', 'message'] as const).map((value) => ({
      value,
      label: this.t(`chat.visibility.${value}`),
      hint: this.t(`chat.visibility.${value}Hint`),
    })),
  );
}

/** What is shown on opening the chat while nobody is there to answer. */
@Component({
  selector: 'bsd-offline-tab',
  imports: [ChoiceField, LocalizedField, SwitchField, TextField],
  template: `
    <section class="fs">
      <h2>{{ t('chat.offline.title') }}</h2>
      <bsd-switch-field [field]="form().field('offline.enabled')" [hint]="t('chat.offline.enabledHint')" />
      <bsd-localized-field
        [label]="t('chat.offline.text')"
        [rows]="4"
        [max]="limits.offlineText"
        [ru]="form().field('offline.text.ru')"
        [en]="form().field('offline.text.en')"
      />
      <bsd-choice-field [field]="form().field('offline.ask')" [choices]="asks()" [hint]="t('chat.askHint')" />
    </section>
    <section class="fs">
      <h2>{{ t('chat.consent') }}</h2>
      <p class="hint">{{ t('chat.consentHint') }}</p>
      <bsd-localized-field
        [label]="t('chat.consentText')"
        [optional]="true"
        [placeholders]="examples"
        [ru]="form().field('offline.consentText.ru')"
        [en]="form().field('offline.consentText.en')"
      />
      <bsd-text-field [field]="form().field('offline.consentUrl')" [optional]="true" placeholder="https://" />
    </section>
  `,
})
export class OfflineTab {
  protected readonly t = inject(I18n).t;
  protected readonly limits = LIMITS;
  /** Each in its own language, whichever the console speaks. */
  protected readonly examples = {
    ru: 'Отправляя, вы соглашаетесь на обработку данных',
    en: 'By sending you agree to the processing of your data',
  };
  readonly form = input.required<ChatForm>();
  protected readonly asks = computed(() =>
    (['email', 'phone', 'none'] as const).map((value) => ({ value, label: this.t(`chat.ask.${value}`) })),
  );
}

/** Which language the chat speaks. */
@Component({
  selector: 'bsd-languages-tab',
  imports: [RadioField, ChoiceField],
  template: `
    <section class="fs">
      <h2>{{ t('chat.language') }}</h2>
      <bsd-radio-field [field]="form().field('widget.language')" [choices]="languages()" />
      @if (form().field('widget.language').value() === 'auto') {
        <bsd-choice-field
          [field]="form().field('widget.fallbackLanguage')"
          [choices]="fallbacks()"
          [hint]="t('chat.fallbackHint')"
        />
      }
    </section>
  `,
})
export class LanguagesTab {
  protected readonly t = inject(I18n).t;
  readonly form = input.required<ChatForm>();
  protected readonly fallbacks = computed(() => [
    { value: 'ru', label: this.t('lang.ru') },
    { value: 'en', label: this.t('lang.en') },
  ]);
  protected readonly languages = computed(() => [
    { value: 'auto', label: this.t('chat.language.auto'), hint: this.t('chat.language.autoHint') },
    ...this.fallbacks(),
  ]);
}
