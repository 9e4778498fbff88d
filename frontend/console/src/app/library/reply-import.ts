import { Component, inject, signal } from '@angular/core';
import { toApiProblem } from '@beseda/realtime';
import { Problems } from '../core/problems.js';
import { I18n } from '../i18n/i18n.js';
import { Panels } from '../kit/panels.js';
import { SidePanel } from '../kit/side-panel.js';
import { Icon } from '../ui/icon.js';
import { RepliesStore, type ImportReport } from './replies.store.js';

/** The panel that takes a table in: first it says what would happen. */
@Component({
  selector: 'bsd-reply-import',
  imports: [Icon, SidePanel],
  template: `
    <bsd-side-panel
      data-testid="reply-import"
      actionId="import-go"
      [heading]="t('library.import.title')"
      [action]="t('library.import.go')"
      [cancel]="true"
      [idle]="!report()?.added"
      [busy]="busy()"
      (go)="go()"
    >
      <p class="hint">{{ t('library.import.hint') }}</p>
      <code class="code">title,text,folder,audience,team</code>
      <div>
        <label class="btn btn--line attach">
          <input
            #picker
            type="file"
            class="sr"
            accept=".csv,text/csv"
            data-testid="import-file"
            (change)="pick(picker)"
          />
          <bsd-icon name="upload" size="m" />{{ t(file() ? 'library.import.other' : 'library.import.pick') }}
        </label>
      </div>
      @if (file(); as table) {
        <p class="small cut" [title]="table.name">{{ table.name }}</p>
      }
      @if (report(); as result) {
        <div role="status" data-testid="import-report">
          @if (result.problems.length) {
            <p class="err">
              <bsd-icon name="circle-alert" size="s" /><span>{{
                t('library.import.problems', { n: result.problems.length })
              }}</span>
            </p>
            <ul class="iprob">
              @for (one of result.problems; track $index) {
                <li>
                  <b>{{ t('library.import.line', { n: one.line }) }}</b> {{ one.message }}
                </li>
              }
            </ul>
          } @else {
            <p>{{ t('library.import.would', { n: result.added }) }}</p>
            @if (result.skipped) {
              <p class="hint">{{ t('library.import.skipped', { n: result.skipped }) }}</p>
            }
          }
        </div>
      }
      @if (problem(); as reason) {
        <p class="err" role="alert" data-testid="import-problem">
          <bsd-icon name="circle-alert" size="s" /><span>{{ reason }}</span>
        </p>
      }
    </bsd-side-panel>
  `,
})
export class ReplyImport {
  readonly #panels = inject(Panels);
  readonly #store = inject(RepliesStore);
  readonly #problems = inject(Problems);
  protected readonly t = inject(I18n).t;
  protected readonly file = signal<File | null>(null);
  protected readonly report = signal<ImportReport | null>(null);
  protected readonly problem = signal<string | null>(null);
  protected readonly busy = signal(false);

  protected async pick(picker: HTMLInputElement): Promise<void> {
    const file = picker.files?.[0];
    picker.value = '';
    if (!file || this.busy()) return;
    this.file.set(file);
    this.report.set(null);
    await this.#run(file, true);
  }

  protected async go(): Promise<void> {
    const file = this.file();
    if (!file || !this.report()?.added || this.busy()) return;
    if (await this.#run(file, false)) {
      const report = this.report();
      // somebody may have changed something since the dry run: with a problem nothing was added
      if (report?.problems.length === 0) this.#panels.done(this.t('library.import.done', { n: report.added }));
    }
  }

  async #run(file: File, dry: boolean): Promise<boolean> {
    this.busy.set(true);
    this.problem.set(null);
    try {
      this.report.set(await this.#store.import(file, dry));
      return true;
    } catch (error) {
      // ApiError or a TypeError of fetch: said under the file, nothing was added
      const problem = toApiProblem(error);
      this.problem.set(
        problem.code === 'PAYLOAD_TOO_LARGE' ? this.t('library.import.tooLarge') : this.#problems.sentence(problem),
      );
      return false;
    } finally {
      this.busy.set(false);
    }
  }
}
