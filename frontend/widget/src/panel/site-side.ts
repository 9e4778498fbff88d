import { isRetryableProblem, toApiProblem, type DialogEvent } from '@beseda/realtime';
import type { InitMessage, PreviewLook, ToPage } from '../shared/protocol.js';
import { Look } from './look.js';
import { OfflineMessage, type Asked, type Known } from './offline.js';
import { People } from './people.js';
import { Pictures } from './pictures.js';
import { record, text, type Person, type WidgetSettings } from './settings.js';

const PARTNER = 'partner';

/** What {@link SiteSide} needs. */
export interface SiteSideOptions {
  readonly siteId: string;
  readonly init: InitMessage;
  /** As the session gave them. */
  readonly settings: unknown;
  post(message: ToPage, transfer?: Transferable[]): void;
  onChange(): void;
  /** Sends what the contact says of itself; rejects with ApiError. */
  identify(body: object): Promise<void>;
  /** The visitor left what was asked for. */
  onLeft(): void;
  /** Where the conversation stands: the dialog in sight, its last seq, whether the panel is open. */
  stand(): { readonly open: boolean; readonly dialogId: string | null; readonly seq: number };
}

/** The site's side of the chat: its settings, its people, what it says while nobody is there. */
export class SiteSide {
  readonly look: Look;
  readonly offline: OfflineMessage;
  readonly pictures: Pictures;
  readonly preview: boolean;
  readonly #o: SiteSideOptions;
  readonly #people: People;
  #known: Known;

  constructor(options: SiteSideOptions) {
    const { siteId, init, settings, post, onChange } = options;
    const { preview, lang: pageLang } = init;
    this.#o = options;
    this.preview = preview !== undefined;
    this.look = new Look({ siteId, settings, preview, pageLang, browserLang: init.device.language, onChange });
    this.offline = new OfflineMessage(onChange);
    this.pictures = new Pictures((url, image) => {
      post({ t: 'picture', url, image }, [image]);
      onChange();
    });
    this.#people = new People(init.stored[PARTNER], (v) => post({ t: 'store', k: PARTNER, v }));
    this.#known = knownOf(settings);
  }

  get settings(): WidgetSettings {
    return this.look.settings;
  }

  /** The site as a person: its name and picture. */
  get self(): Person {
    const { siteId: id, name, avatarUrl } = this.settings;
    return { id, name, avatarUrl };
  }

  /** Who signs automatic messages. */
  get sender(): Person {
    return { ...this.self, name: this.settings.senderName };
  }

  /** Who of the team talked with the visitor last, in whatever dialog; null = nobody yet. */
  get partner(): Person | null {
    return this.#people.last(this.settings.operators);
  }

  /** An operator by id, as far as it is known. */
  person(id: string | undefined): Person | null {
    return this.#people.find(id, this.settings.operators);
  }

  learn(event: DialogEvent): void {
    this.#people.learn(event);
  }

  /** This operator wrote last in the newest dialog. */
  talked(person: Person | null): void {
    if (person) this.#people.talked(person);
  }

  /** What the first drawing needs: texts, and the launcher's picture, so that no letters are replaced at once. */
  async prepare(): Promise<void> {
    const { avatarUrl } = this.partner ?? this.self;
    await Promise.all([this.look.prepare(), avatarUrl && this.pictures.load(avatarUrl)]);
  }

  /** The field the offline message asks for now; null = none. */
  get asked(): Asked | null {
    const { offline } = this.settings;
    return offline && this.offline.asked(offline, this.#known);
  }

  /** Sends what the offline message asked for. @returns why that was not possible */
  async leave(kind: Asked, value: string): Promise<'network' | 'refused' | null> {
    try {
      await this.#o.identify({ [kind]: value });
    } catch (error) {
      // ApiError: what may pass can be tried again, the rest has to be mended first
      return isRetryableProblem(toApiProblem(error)) ? 'network' : 'refused';
    }
    this.offline.left = { kind, value };
    this.#o.onLeft();
    this.#o.onChange();
    return null;
  }

  /** The panel was opened. */
  opened(): void {
    this.#sayOffline();
    if (this.settings.online) this.offline.outdated();
  }

  /** The settings changed. */
  apply(settings: unknown, preview?: PreviewLook): void {
    if (!settings) return;
    const before = this.settings;
    this.look.apply(settings, preview);
    if (this.settings.online && !this.#o.stand().open) this.offline.outdated();
    // with the panel open it is said only when the owner switched it on: who went home meanwhile is in the header
    if (this.preview || (!before.offline && this.settings.online === before.online)) this.#sayOffline();
  }

  /** The session was read again. */
  renewed(settings: unknown): void {
    this.#known = knownOf(settings);
    this.apply(settings);
  }

  /** The contact said this of itself, here or through the page. */
  learned(body: object): void {
    const { email, phone } = knownOf({ contact: body });
    this.#known = { email: email ?? this.#known.email, phone: phone ?? this.#known.phone };
    this.#o.onChange();
  }

  /** Another contact: nothing is known of that one yet. */
  forget(): void {
    this.#people.forget();
    this.offline.forget();
    this.#known = knownOf(null);
  }

  /** Nobody is there: say so where the conversation stands now. */
  #sayOffline(): void {
    const { open, dialogId, seq } = this.#o.stand();
    const { online, offline } = this.settings;
    const due = online === false && offline !== null && open;
    if (this.preview) this.offline.preview(due, dialogId);
    else if (due) this.offline.show(dialogId, seq);
  }
}

/** What the session says about the contact. */
function knownOf(settings: unknown): Known {
  const { email, phone } = record(record(settings)['contact']);
  return { email: text(email) || null, phone: text(phone) || null };
}
