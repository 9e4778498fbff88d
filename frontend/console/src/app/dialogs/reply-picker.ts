import { Component, computed, effect, inject, input, output, signal, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Problems } from '../core/problems.js';
import { I18n } from '../i18n/i18n.js';
import { type SavedReply } from '../library/model.js';
import { firstLine, grouped, matching } from '../library/picking.js';
import { ReplyLibrary } from '../library/reply-library.js';
import { delayed } from '../ui/delayed.js';
import { Icon } from '../ui/icon.js';

/** Saved replies to choose from. The focus stays in the composer, which passes its keys on; the query stands there too. */
@Component({
  selector: 'bsd-reply-picker',
  imports: [Icon, RouterLink],
  template: `
    @if (library.problem(); as problem) {
      <p class="picker__none" role="alert">
        {{ problems.sentence(problem) }}
        <button type="button" class="btn btn--line btn--s" (mousedown)="$event.preventDefault()" (click)="reload()">
          {{ t('error.retry') }}
        </button>
      </p>
    } @else if (library.items() === null) {
      <div class="picker__none" aria-hidden="true">
        @if (skeleton()) {
          <span class="sk sk--1"></span><span class="sk sk--2"></span>
        }
      </div>
    } @else if (flat().length === 0) {
      <p class="picker__none" data-testid="picker-empty">
        @if (library.items()?.length) {
          {{ t('picker.nothing', { q: query() }) }}
        } @else {
          {{ t('picker.empty') }}
          <a [routerLink]="['/sites', siteId(), 'settings', 'saved-replies']">{{ t('picker.add') }}</a>
        }
      </p>
    }
    <div role="listbox" id="reply-picker" [attr.aria-label]="t('picker.label')">
      @for (group of groups(); track group.folder) {
        <div role="group" [attr.aria-label]="group.folder || t('picker.noFolder')">
          @if (group.folder) {
            <div class="picker__h" aria-hidden="true">{{ group.folder }}</div>
          }
          @for (reply of group.items; track reply.id) {
            <div
              role="option"
              class="picker__o"
              data-testid="reply-option"
              [id]="'reply-' + reply.id"
              [attr.data-reply-id]="reply.id"
              [attr.aria-selected]="reply.id === activeId()"
              (mousemove)="active.set(reply.id)"
              (mousedown)="$event.preventDefault()"
              (click)="picked.emit(reply)"
            >
              <b class="cut">{{ reply.title }}</b>
              <span class="cut picker__p">{{ line(reply) }}</span>
              @if (reply.files.length; as n) {
                <span class="meta picker__f"
                  ><bsd-icon name="paperclip" size="s" /><span aria-hidden="true">{{ n }}</span
                  ><span class="sr">{{ t('picker.files', { n }) }}</span></span
                >
              }
              @if (reply.id === activeId()) {
                <kbd class="hide-s" aria-hidden="true">↵</kbd>
              }
            </div>
          }
        </div>
      }
    </div>
    <span class="sr" role="status">{{ library.items() ? t('picker.found', { n: flat().length }) : '' }}</span>
  `,
  host: { class: 'picker scroll', 'data-testid': 'reply-picker' },
})
export class ReplyPicker {
  readonly #i18n = inject(I18n);
  protected readonly library = inject(ReplyLibrary);
  protected readonly problems = inject(Problems);
  protected readonly t = this.#i18n.t;
  readonly siteId = input.required<string>();
  readonly query = input('');
  readonly picked = output<SavedReply>();

  protected readonly active = signal<string | null>(null);
  protected readonly skeleton = delayed(() => this.library.items() === null, 150);
  protected readonly groups = computed(() =>
    grouped(matching(this.library.items() ?? [], this.query()), this.#i18n.lang()),
  );
  protected readonly flat = computed(() => this.groups().flatMap((group) => group.items));
  /** The option Enter takes; the first one until another is chosen. */
  readonly activeId = computed(() => {
    const flat = this.flat();
    return (flat.find((reply) => reply.id === this.active()) ?? flat[0])?.id ?? null;
  });
  /** Nothing fits what was typed. */
  readonly barren = computed(() => this.library.items() !== null && this.flat().length === 0);

  /** Enter was pressed before the list was there. */
  #waiting = false;

  constructor() {
    effect(() => {
      this.query();
      untracked(() => {
        this.active.set(null);
        this.#waiting = false;
      });
    });
    effect(() => {
      if (this.library.items() === null) return;
      untracked(() => this.#take());
    });
    effect(() => {
      this.siteId();
      untracked(() => this.reload());
    });
  }

  /** A key of the composer; true when it was meant for the list. */
  key(event: KeyboardEvent): boolean {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      this.#move(event.key === 'ArrowDown' ? 1 : -1);
      return true;
    }
    if (event.key !== 'Enter' || event.shiftKey) return false;
    this.#waiting = true;
    return this.#take() || this.library.items() === null;
  }

  protected line(reply: SavedReply): string {
    return firstLine(reply.text);
  }

  protected reload(): void {
    void this.library.open(this.siteId());
  }

  #take(): boolean {
    const reply = this.flat().find((one) => one.id === this.activeId());
    if (!this.#waiting || !reply) return false;
    this.#waiting = false;
    this.picked.emit(reply);
    return true;
  }

  #move(step: number): void {
    const flat = this.flat();
    if (flat.length === 0) return;
    const at = flat.findIndex((reply) => reply.id === this.activeId());
    const next = flat[(at + step + flat.length) % flat.length];
    this.active.set(next?.id ?? null);
    if (next) document.getElementById(`reply-${next.id}`)?.scrollIntoView({ block: 'nearest' });
  }
}
