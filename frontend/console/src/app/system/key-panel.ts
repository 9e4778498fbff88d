import { Component, DestroyRef, ElementRef, computed, inject, output, signal, viewChild } from '@angular/core';
import { toApiProblem, type ApiProblem } from '@beseda/realtime';
import { Problems } from '../core/problems.js';
import { I18n } from '../i18n/i18n.js';
import { type MessageKey } from '../i18n/ru.js';
import { CopyBox } from '../kit/copy-box.js';
import { OpenForms } from '../kit/leaving.js';
import { Icon } from '../ui/icon.js';
import { ApiKeysStore } from './api-keys.store.js';

/** Longest name of a key, characters. */
const MAX_NAME = 100;
const SCOPE_NAMES: Readonly<Record<string, MessageKey>> = {
  'dialogs:read': 'system.scope.dialogsRead',
  'dialogs:write': 'system.scope.dialogsWrite',
  'contacts:read': 'system.scope.contactsRead',
  'contacts:write': 'system.scope.contactsWrite',
  'settings:read': 'system.scope.settingsRead',
  'settings:write': 'system.scope.settingsWrite',
};

/** The panel of a new key: name and scopes, then the secret, once. */
@Component({
  selector: 'bsd-key-panel',
  imports: [CopyBox, Icon],
  templateUrl: './key-panel.html',
  host: {
    class: 'side',
    role: 'complementary',
    '[attr.aria-label]': "t('system.keys.new')",
    'data-testid': 'key-panel',
  },
})
export class KeyPanel {
  readonly #store = inject(ApiKeysStore);
  protected readonly problems = inject(Problems);
  protected readonly t = inject(I18n).t;
  /** Somebody wants the panel away. */
  readonly closed = output<void>();
  /** The secret was put away. */
  readonly finished = output<void>();
  readonly made = output<void>();
  protected readonly name = signal('');
  protected readonly chosen = signal<ReadonlySet<string>>(new Set());
  protected readonly secret = signal<string | null>(null);
  protected readonly busy = signal(false);
  protected readonly problem = signal<ApiProblem | null>(null);
  readonly #tried = signal(false);
  readonly #left = signal(false);
  private readonly nameField = viewChild<ElementRef<HTMLElement>>('nameField');
  private readonly scopeList = viewChild<ElementRef<HTMLElement>>('scopeList');

  protected readonly scopes = computed(() =>
    this.#store.scopes().map((id) => {
      const key = SCOPE_NAMES[id];
      return { id, label: key ? this.t(key) : id };
    }),
  );
  protected readonly nameError = computed(() => {
    if (this.#refused('name')) return this.t('system.error.invalid');
    const name = this.name().trim();
    if (name.length > MAX_NAME) return this.t('system.error.tooLong', { max: MAX_NAME });
    return !name && (this.#tried() || this.#left()) ? this.t('system.keys.nameRequired') : '';
  });
  protected readonly scopesError = computed(() => {
    if (this.#refused('scopes')) return this.t('system.error.invalid');
    return this.#tried() && this.chosen().size === 0 ? this.t('system.keys.scopesRequired') : '';
  });
  protected readonly formError = computed(() => {
    const problem = this.problem();
    return problem && !problem.errors?.length ? this.problems.sentence(problem) : '';
  });

  constructor() {
    const dirty = (): boolean => this.secret() !== null || this.name() !== '' || this.chosen().size > 0;
    const off = inject(OpenForms).add({ dirty, discard: () => this.#clear() });
    inject(DestroyRef).onDestroy(off);
  }

  protected typed(name: string): void {
    this.name.set(name);
    this.problem.set(null);
  }

  protected leave(): void {
    if (this.name()) this.#left.set(true);
  }

  protected toggle(id: string): void {
    this.problem.set(null);
    this.chosen.update((ids) => {
      const next = new Set(ids);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }

  protected async submit(): Promise<void> {
    if (this.busy()) return;
    this.#tried.set(true);
    if (this.nameError()) return this.nameField()?.nativeElement.focus();
    if (this.scopesError()) return this.scopeList()?.nativeElement.querySelector<HTMLElement>('input')?.focus();
    this.busy.set(true);
    this.problem.set(null);
    try {
      this.secret.set(await this.#store.create(this.name().trim(), [...this.chosen()]));
      this.made.emit();
    } catch (error) {
      // ApiError: said at its field or above the button; what was written stays
      this.problem.set(toApiProblem(error));
    } finally {
      this.busy.set(false);
    }
  }

  #clear(): void {
    this.secret.set(null);
    this.name.set('');
    this.chosen.set(new Set());
  }

  #refused(path: string): boolean {
    return this.problem()?.errors?.some((error) => error.path.startsWith(path)) ?? false;
  }
}
