import { Component, inject, output, signal } from '@angular/core';
import { toApiProblem } from '@beseda/realtime';
import { Problems } from '../core/problems.js';
import { I18n } from '../i18n/i18n.js';
import { Icon } from '../ui/icon.js';
import { RepliesStore, type ImportReport } from './replies.store.js';

/** The panel that takes a table in: first it says what would happen. */
@Component({
  selector: 'bsd-reply-import',
  imports: [Icon],
  template: `
    <header class="side__h">
      <h2 class="grow">{{ t('library.import.title') }}</h2>
      <button
        type="button"
        class="btn btn--ico"
        [attr.aria-label]="t('library.close')"
        data-testid="panel-close"
        (click)="closed.emit()"
      >
        <bsd-icon name="x" />
      </button>
    </header>
    <div class="side__b scroll">
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
    </div>
    <footer class="side__f">
      <span class="grow"></span>
      <button type="button" class="btn" (click)="closed.emit()">{{ t('settings.cancel') }}</button>
      <button
        type="button"
        class="btn btn--main"
        data-testid="import-go"
        [attr.aria-busy]="busy()"
        [attr.aria-disabled]="report()?.added ? null : true"
        (click)="go()"
      >
        @if (busy()) {
          <span class="busy" aria-hidden="true"><i></i><i></i><i></i></span>
        }
        {{ t('library.import.go') }}
      </button>
    </footer>
  `,
  host: {
    class: 'side',
    role: 'complementary',
    '[attr.aria-label]': "t('library.import.title')",
    'data-testid': 'reply-import',
  },
})
export class ReplyImport {
  readonly #store = inject(RepliesStore);
  readonly #problems = inject(Problems);
  protected readonly t = inject(I18n).t;
  readonly closed = output<void>();
  readonly done = output<ImportReport>();
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
      if (report && report.problems.length === 0) this.done.emit(report);
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
