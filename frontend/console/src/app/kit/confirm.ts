import { DIALOG_DATA, Dialog, DialogRef } from '@angular/cdk/dialog';
import { Component, Injectable, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import { I18n } from '../i18n/i18n.js';

/** A question before something that cannot be undone. */
export interface Question {
  /** A question that names the object. */
  readonly title: string;
  readonly text?: string;
  /** Repeats the verb of the title. */
  readonly action: string;
  /** Text of the button that changes nothing; "Отмена" unless told. */
  readonly stay?: string;
  readonly danger?: boolean;
}

@Component({
  selector: 'bsd-confirm',
  template: `
    <h2 class="dlg__t" id="confirm-title">{{ question.title }}</h2>
    @if (question.text) {
      <p class="dlg__p" id="confirm-text">{{ question.text }}</p>
    }
    <div class="dlg__b">
      <button type="button" class="btn btn--line" data-testid="confirm-no" (click)="ref.close(false)">
        {{ question.stay ?? t('settings.cancel') }}
      </button>
      <button
        type="button"
        class="btn"
        [class.btn--bad]="question.danger"
        [class.btn--main]="!question.danger"
        data-testid="confirm-yes"
        (click)="ref.close(true)"
      >
        {{ question.action }}
      </button>
    </div>
  `,
  host: { class: 'dlg' },
})
class ConfirmDialog {
  protected readonly ref = inject<DialogRef<boolean>>(DialogRef);
  protected readonly question = inject<Question>(DIALOG_DATA);
  protected readonly t = inject(I18n).t;
}

/** Asks in a dialog; Escape and a click beside it mean no. */
@Injectable({ providedIn: 'root' })
export class Confirm {
  readonly #dialog = inject(Dialog);

  async ask(question: Question): Promise<boolean> {
    const ref = this.#dialog.open<boolean, Question>(ConfirmDialog, {
      data: question,
      role: 'alertdialog',
      ariaLabelledBy: 'confirm-title',
      ...(question.text ? { ariaDescribedBy: 'confirm-text' } : {}),
      backdropClass: 'dlg__back',
      panelClass: 'dlg__pane',
    });
    return (await firstValueFrom(ref.closed)) === true;
  }
}
