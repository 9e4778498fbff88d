import type { FunctionComponent } from 'preact';
import type { PanelModel } from './model.js';
import type { OfflineSettings } from './settings.js';

const RETRY_MS = 5_000;

/** What a contact can leave. */
export type Asked = 'email' | 'phone';

/** What is known of the visitor already. */
export type Known = Record<Asked, string | null>;

/** The message "nobody is here": shown once in a page view, at the place in the conversation where the panel was opened. */
export class OfflineMessage {
  /** Where it stands; null = not shown. `after` is the dialog's last seq at that time. */
  place: { dialogId: string | null; after: number } | null = null;
  /** What was typed, per kind: a change of the settings loses nothing. */
  readonly typed: Record<Asked, string> = { email: '', phone: '' };
  /** What was left here. */
  left: { kind: Asked; value: string } | null = null;
  /** The form, once it is loaded. */
  Form: FunctionComponent<{ model: PanelModel; kind: Asked }> | null = null;
  #shown = false;
  #loading = false;
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** The panel was opened, or (with it open) the owner switched the message on. */
  show(dialogId: string | null, after: number): void {
    if (this.#shown) return;
    this.#shown = true;
    this.place = { dialogId, after };
  }

  /** The panel was opened and somebody is there again: what nobody answered is out of date. */
  outdated(): void {
    if (!this.left && !this.typed.email && !this.typed.phone) this.place = null;
  }

  /** Another contact: nothing of the former may stay. */
  forget(): void {
    this.place = this.left = null;
    this.typed.email = this.typed.phone = '';
  }

  /** Only in a preview: there or not as the form of the console says. */
  preview(shown: boolean, dialogId: string | null): void {
    this.place = shown ? { dialogId, after: 0 } : null;
  }

  /** The first message made a dialog of the conversation that had none. */
  moved(dialogId: string | null): void {
    if (this.place?.dialogId === null) this.place = { ...this.place, dialogId };
  }

  /** Which field is asked for now; null = none, or it is known. The form is loaded when it is needed first. */
  asked(settings: OfflineSettings, known: Known): Asked | null {
    const { ask } = settings;
    if (ask === 'none' || this.left || known[ask]) return null;
    if (!this.Form && !this.#loading) void this.#load();
    return ask;
  }

  async #load(): Promise<void> {
    this.#loading = true;
    try {
      this.Form = (await import('./view/offline-form.js')).OfflineForm;
    } catch {
      // TypeError: no network, or a server of another version meanwhile; later drawings try again
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      this.#loading = false;
    }
    this.#onChange();
  }
}
