import { Component, ElementRef, inject, input, signal, viewChild } from '@angular/core';
import { type FormControl, ReactiveFormsModule } from '@angular/forms';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInputModule } from '@angular/material/input';
import { I18n } from '../i18n/i18n.js';
import { Icon } from '../ui/icon.js';

/** A password with a button that shows it; what is wrong with it stands below. */
@Component({
  selector: 'bsd-password-input',
  imports: [Icon, MatFormFieldModule, MatInputModule, ReactiveFormsModule],
  host: { class: 'field' },
  template: `
    <div class="row">
      <label class="label grow" [attr.for]="inputId()">{{ label() }}</label>
      <ng-content />
    </div>
    <mat-form-field appearance="outline" subscriptSizing="dynamic" [class.is-bad]="error() !== null">
      <input
        #field
        matInput
        [id]="inputId()"
        [type]="visible() ? 'text' : 'password'"
        [attr.autocomplete]="autocomplete()"
        autocapitalize="none"
        spellcheck="false"
        [formControl]="control()"
        [attr.data-testid]="inputId()"
        [attr.aria-invalid]="error() ? true : null"
        [attr.aria-describedby]="error() ? inputId() + '-error' : describedBy()"
      />
      <button
        matSuffix
        type="button"
        class="btn btn--ico"
        [attr.aria-label]="t(visible() ? 'login.hide' : 'login.show')"
        [attr.aria-pressed]="visible()"
        (click)="visible.set(!visible())"
      >
        <bsd-icon [name]="visible() ? 'eye-off' : 'eye'" />
      </button>
    </mat-form-field>
    @if (error(); as text) {
      <span class="err" [id]="inputId() + '-error'" role="alert"
        ><bsd-icon name="circle-alert" size="s" />{{ text }}</span
      >
    }
  `,
})
export class PasswordInput {
  protected readonly t = inject(I18n).t;
  readonly inputId = input.required<string>();
  readonly label = input.required<string>();
  readonly control = input.required<FormControl<string>>();
  readonly autocomplete = input<'current-password' | 'new-password'>('current-password');
  readonly error = input<string | null>(null);
  readonly describedBy = input<string | null>(null);
  protected readonly visible = signal(false);
  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');

  focus(): void {
    this.field().nativeElement.focus();
  }

  select(): void {
    this.field().nativeElement.select();
  }
}
