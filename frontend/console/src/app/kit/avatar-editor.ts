import { Dialog } from '@angular/cdk/dialog';
import { Component, inject, input, output, signal } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { I18n } from '../i18n/i18n.js';
import { Avatar } from '../ui/avatar.js';
import { Icon } from '../ui/icon.js';
import { CropDialog } from './crop-dialog.js';

/** Types the server takes; others a browser can draw are packed anew by the crop. */
const TAKES = 'image/png,image/jpeg,image/webp,image/gif,image/avif,image/bmp';
/** A larger file is no picture somebody means to show this small; reading it could stop the page. */
const MAX_SOURCE_BYTES = 30 * 1024 * 1024;

/** A round picture with the buttons that replace and remove it. What is picked is a square PNG or JPEG under 2 MB. */
@Component({
  selector: 'bsd-avatar-editor',
  imports: [Avatar, Icon],
  template: `
    @if (url(); as picture) {
      <img class="av av--l av--img" [src]="picture" alt="" data-testid="avatar-picture" />
    } @else {
      <bsd-avatar [seed]="seed()" [name]="name()" size="l" />
    }
    <span class="grow">
      <span class="opt__b" id="avatar-label">{{ label() }}</span>
      @if (problem() || error(); as text) {
        <span class="err" id="avatar-note" role="alert"
          ><bsd-icon name="circle-alert" size="s" /><span>{{ text }}</span></span
        >
      } @else {
        <span class="hint" id="avatar-note">{{ hint() }}</span>
      }
    </span>
    <span class="row row--wrap avatar__b">
      @if (url()) {
        <button
          type="button"
          class="btn"
          data-testid="avatar-remove"
          [attr.aria-disabled]="busy() || null"
          (click)="remove()"
        >
          {{ t('settings.avatar.remove') }}
        </button>
      }
      <label class="btn btn--line avatar__pick">
        <input
          #picker
          type="file"
          class="sr"
          data-testid="setting-avatar"
          aria-describedby="avatar-note"
          [accept]="takes"
          [attr.aria-label]="t(url() ? 'settings.avatar.replace' : 'settings.avatar.pick') + ': ' + label()"
          [disabled]="busy()"
          (change)="pick(picker)"
        />
        @if (busy()) {
          <span class="busy" aria-hidden="true"><i></i><i></i><i></i></span>
        }
        {{ t(url() ? 'settings.avatar.replace' : 'settings.avatar.pick') }}
      </label>
    </span>
  `,
  host: { class: 'opt opt--mid avatar' },
})
export class AvatarEditor {
  readonly #dialog = inject(Dialog);
  protected readonly t = inject(I18n).t;
  protected readonly takes = TAKES;
  readonly label = input.required<string>();
  readonly hint = input('');
  readonly seed = input.required<string>();
  readonly name = input.required<string>();
  readonly url = input<string | null>(null);
  readonly busy = input(false);
  /** Why the last upload was refused. */
  readonly problem = input('');
  readonly picked = output<Blob>();
  readonly removed = output();
  protected readonly error = signal('');

  protected async pick(picker: HTMLInputElement): Promise<void> {
    const file = picker.files?.[0];
    // the same file can be picked again
    picker.value = '';
    this.error.set('');
    if (!file) return;
    const picture = file.size > MAX_SOURCE_BYTES ? null : await this.#crop(file);
    if (picture === null) this.error.set(this.t('settings.avatar.noPicture', { name: file.name }));
    else if (picture) this.picked.emit(picture);
  }

  protected remove(): void {
    this.error.set('');
    if (!this.busy()) this.removed.emit();
  }

  async #crop(file: File): Promise<Blob | null | undefined> {
    const ref = this.#dialog.open<Blob | null, File>(CropDialog, {
      data: file,
      ariaLabelledBy: 'crop-title',
      backdropClass: 'dlg__back',
      panelClass: 'dlg__pane',
    });
    return await firstValueFrom(ref.closed);
  }
}
