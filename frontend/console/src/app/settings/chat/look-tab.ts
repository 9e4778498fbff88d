import { Component, computed, inject, input, output } from '@angular/core';
import { Formats } from '../../i18n/formats.js';
import { I18n } from '../../i18n/i18n.js';
import { type MessageKey } from '../../i18n/ru.js';
import { Icon } from '../../ui/icon.js';
import { AvatarEditor } from '../../kit/avatar-editor.js';
import { ChoiceField, LocalizedField, SwitchField } from '../../kit/choice-fields.js';
import { ColorField } from '../../kit/color-field.js';
import { WIDGET_COLORS } from '../../kit/colors.js';
import { NumberField, TextField } from '../../kit/fields.js';
import { type ChatForm } from './chat-form.js';
import { textOn } from './colors.js';
import { CornerField } from './corner-field.js';
import { addressOf } from './sender-address.js';
import { LIMITS, type PoweredByLock, type SiteSettings } from './site-settings.js';

const LOCKS: Readonly<Record<NonNullable<PoweredByLock>, MessageKey>> = {
  no_licence: 'chat.locked.no_licence',
  expired: 'chat.locked.expired',
  not_included: 'chat.locked.not_included',
};

/** How the chat looks, collapsed and open. */
@Component({
  selector: 'bsd-look-tab',
  imports: [
    AvatarEditor,
    ChoiceField,
    ColorField,
    CornerField,
    Icon,
    LocalizedField,
    NumberField,
    SwitchField,
    TextField,
  ],
  template: `
    <section class="fs">
      <h2>{{ t('chat.collapsed') }}</h2>
      <bsd-avatar-editor
        [label]="t('chat.avatar')"
        [hint]="t('chat.avatarHint')"
        [seed]="site().name"
        [name]="site().name"
        [url]="site().widget.avatarUrl"
        [busy]="uploading()"
        [problem]="uploadProblem()"
        (picked)="picked.emit($event)"
        (removed)="removed.emit()"
      />
      <bsd-localized-field
        [label]="t('chat.caption')"
        [ru]="form().field('widget.caption.ru')"
        [en]="form().field('widget.caption.en')"
        [max]="limits.caption"
      />
      <bsd-switch-field [field]="form().field('widget.hideCaption')" [hint]="t('chat.hideCaptionHint')" />
      <div class="two">
        <bsd-color-field
          [field]="form().field('widget.color')"
          [swatches]="colors"
          [swatchesLabel]="t('chat.colorSwatches')"
          [hint]="t('chat.colorHint')"
          [noted]="read() !== null"
        >
          @if (read(); as on) {
            <span
              class="hint row color__read"
              [id]="form().field('widget.color').id + '-note'"
              data-testid="color-contrast"
              ><bsd-icon class="ok" name="check" size="s" /><span>{{
                t(on.text === 'white' ? 'chat.whiteText' : 'chat.blackText', { n: formats.number(on.contrast) })
              }}</span></span
            >
          }
        </bsd-color-field>
        <div class="field">
          <bsd-corner-field [field]="form().field('widget.corner')" />
          <div class="two two--keep">
            <bsd-number-field [field]="form().field('widget.marginX')" [min]="0" [max]="limits.margin" />
            <bsd-number-field [field]="form().field('widget.marginY')" [min]="0" [max]="limits.margin" />
          </div>
        </div>
      </div>
    </section>
    <section class="fs">
      <h2>{{ t('chat.opened') }}</h2>
      <bsd-localized-field
        [label]="t('chat.greeting')"
        [hint]="t('chat.greetingHint')"
        [rows]="3"
        [ru]="form().field('widget.greeting.ru')"
        [en]="form().field('widget.greeting.en')"
      />
      <div class="two">
        <bsd-text-field [field]="form().field('senderName')" [hint]="t('chat.senderNameHint')" />
        <div class="field">
          <span class="label" id="sender-label">{{ t('chat.senderAddress') }}</span>
          <output
            class="input input--out"
            aria-labelledby="sender-label"
            data-testid="sender-address"
            [attr.title]="address()"
            ><span class="cut">{{ address() }}</span></output
          >
          <span class="hint">{{ t('chat.senderAddressHint') }}</span>
        </div>
      </div>
      <bsd-choice-field [field]="form().field('widget.theme')" [choices]="themes()" />
      <bsd-switch-field [field]="form().field('widget.poweredBy')" [hint]="t('chat.poweredByHint')" [locked]="lock()" />
      @if (lock()) {
        <p class="hint row"><bsd-icon name="lock" size="s" />{{ t('chat.lockedNote') }}</p>
      }
    </section>
  `,
})
export class LookTab {
  protected readonly t = inject(I18n).t;
  protected readonly formats = inject(Formats);
  protected readonly limits = LIMITS;
  protected readonly colors = WIDGET_COLORS;
  /** How well text can be read on the colour. */
  protected readonly read = computed(() => textOn(this.form().field('widget.color').value()));
  readonly form = input.required<ChatForm>();
  readonly site = input.required<SiteSettings>();
  readonly uploading = input(false);
  readonly uploadProblem = input('');
  readonly picked = output<Blob>();
  readonly removed = output();
  protected readonly themes = computed(() =>
    (['auto', 'light', 'dark'] as const).map((value) => ({ value, label: this.t(`chat.theme.${value}`) })),
  );
  protected readonly lock = computed(() => {
    const reason = this.site().poweredByLocked;
    return reason ? this.t(LOCKS[reason]) : '';
  });
  /** Of the name as it is typed; letters only the server can write in Latin wait for it. */
  protected readonly address = computed(() => {
    const { senderName, senderAddress } = this.site();
    const name = this.form().field('senderName').value();
    if (name.trim() === senderName) return senderAddress;
    return (
      addressOf(name, senderAddress.slice(senderAddress.lastIndexOf('@') + 1)) ?? this.t('chat.senderAddressLater')
    );
  });
}
