import { Component, ElementRef, inject, input, signal, viewChild } from '@angular/core';
import { I18n } from '../i18n/i18n.js';
import { Icon } from '../ui/icon.js';

/** How long the button says that it was done. */
const SAYS_MS = 2_500;

/** Text to take away: a piece of code, a key. Further buttons go inside. */
@Component({
  selector: 'bsd-copy-box',
  imports: [Icon],
  template: `
    <code #code class="code" tabindex="0" [attr.aria-label]="label()" [attr.data-testid]="testId() || null">{{
      text()
    }}</code>
    <div class="row row--wrap">
      <button type="button" class="btn btn--line" [attr.data-testid]="testId() + '-copy'" (click)="copy()">
        <bsd-icon [name]="copied() ? 'check' : 'copy'" size="m" /><span role="status">{{
          t(copied() ? 'settings.copied' : 'settings.copy')
        }}</span></button
      ><ng-content />
    </div>
  `,
  host: { class: 'copybox' },
})
export class CopyBox {
  protected readonly t = inject(I18n).t;
  readonly text = input.required<string>();
  readonly label = input.required<string>();
  readonly testId = input('');
  protected readonly copied = signal(false);
  private readonly codeView = viewChild.required<ElementRef<HTMLElement>>('code');

  protected async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.text());
      this.copied.set(true);
      setTimeout(() => this.copied.set(false), SAYS_MS);
    } catch {
      // NotAllowedError, or no clipboard on pages without TLS: the text is selected for Ctrl+C
      getSelection()?.selectAllChildren(this.codeView().nativeElement);
    }
  }
}
