import { Component, ElementRef, inject, input, output, signal, viewChild } from '@angular/core';
import { I18n } from '../i18n/i18n.js';
import { Icon } from '../ui/icon.js';

/** Recovery codes, shown once: to copy, to keep as a file, to print. */
@Component({
  selector: 'bsd-recovery-codes',
  imports: [Icon],
  template: `
    <div class="banner banner--wait">
      <bsd-icon name="key" size="m" /><span>{{ t('account.codes.once') }}</span>
    </div>
    <ol #list class="codes mono" data-testid="recovery-codes" tabindex="0" [attr.aria-label]="t('account.codes.label')">
      @for (code of codes(); track code) {
        <li>{{ code }}</li>
      }
    </ol>
    <div class="row row--wrap">
      <button type="button" class="btn btn--line" data-testid="codes-copy" (click)="copy()">
        <bsd-icon [name]="copied() ? 'check' : 'copy'" size="m" /><span role="status">{{
          t(copied() ? 'settings.copied' : 'settings.copy')
        }}</span>
      </button>
      <button type="button" class="btn btn--line" data-testid="codes-download" (click)="download()">
        <bsd-icon name="download" size="m" />{{ t('account.codes.download') }}
      </button>
      <button type="button" class="btn btn--line" (click)="print()">
        <bsd-icon name="printer" size="m" />{{ t('account.codes.print') }}
      </button>
      <button type="button" class="btn btn--main" data-testid="codes-done" (click)="done.emit()">
        {{ t('account.codes.done') }}
      </button>
    </div>
  `,
  host: { class: 'stack' },
})
export class RecoveryCodes {
  protected readonly t = inject(I18n).t;
  readonly codes = input.required<readonly string[]>();
  readonly email = input('');
  readonly done = output<void>();
  protected readonly copied = signal(false);
  private readonly list = viewChild.required<ElementRef<HTMLElement>>('list');

  protected async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.codes().join('\n'));
      this.copied.set(true);
    } catch {
      // NotAllowedError, or no clipboard on pages without TLS: the codes are selected for Ctrl+C
      getSelection()?.selectAllChildren(this.list().nativeElement);
    }
  }

  protected download(): void {
    const url = URL.createObjectURL(new Blob([this.#text()], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = 'beseda-codes.txt';
    link.click();
    URL.revokeObjectURL(url);
  }

  /** Only the codes go to the printer. */
  protected print(): void {
    const sheet = document.createElement('pre');
    sheet.className = 'print-sheet';
    sheet.textContent = this.#text();
    document.body.append(sheet);
    window.print();
    sheet.remove();
  }

  #text(): string {
    return [this.t('account.codes.fileTitle', { email: this.email() }), '', ...this.codes(), ''].join('\n');
  }
}
