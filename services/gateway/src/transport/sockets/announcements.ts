import type { settingsV1 } from '@beseda/contracts';
import { type SettingChange, type SettingKind, SettingsCopies } from '@beseda/settings';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Directory } from '../../application/directory.js';
import { Presence } from '../../application/presence.js';
import { widgetLook } from '../mapping/admin.js';
import { OperatorGateway } from './operator.gateway.js';
import { visitorsRoom } from './rooms.js';
import { type Look, WidgetGateway } from './widget.gateway.js';

/** Changes of one site within this time become one push to its widgets; milliseconds. */
const SOON_MS = 250;
/** Kinds that belong to a site, told to all of its operators. */
const SITE_KINDS = ['site', 'team', 'tag', 'hours'] as const;

/**
 * Tells open consoles which settings changed and who came or went, and open widgets how they look now. It all comes from this
 * process's copies, so every replica tells its own sockets.
 */
@Injectable()
export class Announcements implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #off: (() => void)[] = [];
  /** Sites whose widgets may have to look otherwise. */
  readonly #soon = new Map<string, NodeJS.Timeout>();
  /** How the widgets of a site look, as it was made last: sockets that were told the same remember one text. */
  readonly #last = new Map<string, Look>();

  constructor(
    @Inject(SettingsCopies) private readonly copies: SettingsCopies,
    @Inject(Directory) private readonly directory: Directory,
    @Inject(Presence) private readonly presence: Presence,
    @Inject(OperatorGateway) private readonly operators: OperatorGateway,
    @Inject(WidgetGateway) private readonly visitors: WidgetGateway,
  ) {}

  onApplicationBootstrap(): void {
    for (const kind of SITE_KINDS) {
      const tell = (change: Told): void => this.#settingChanged(change.siteId, change);
      this.#off.push(this.copies.of<SettingKind>(kind).onChange(tell));
    }
    this.#off.push(
      this.copies.of('operator').onChange((change) => this.#operatorChanged(change)),
      this.copies.of('site').onChange(({ id }) => {
        // Its identity secret may be another one now.
        this.visitors.recheck(visitorsRoom(id));
        this.#looksSoon(id);
      }),
      this.presence.onChange((siteId, operatorId, state, since) => {
        this.operators.tell(siteId, 'presence', { siteId, operatorId, state, since: since.toISOString() });
        this.#looksSoon(siteId);
      }),
    );
    // What changed between the answer to the session and the connection is in what a new socket is told.
    this.visitors.lookOf = (siteId) => this.#lookOf(siteId);
  }

  onModuleDestroy(): void {
    for (const off of this.#off) off();
    for (const timer of this.#soon.values()) clearTimeout(timer);
    this.#soon.clear();
  }

  #settingChanged(siteId: string, { kind, id, version }: Told): void {
    this.operators.tell(siteId, 'settings.changed', { siteId, kind, id, version });
  }

  /** An operator is told to those who share a site with him, or did until now. Sessions and tokens are nobody's business. */
  #operatorChanged(change: SettingChange<'operator'>): void {
    const { value, previous } = change;
    if (value && previous && seenByOthers(value) === seenByOthers(previous)) return;
    const sites = new Set([...(value?.sites ?? []), ...(previous?.sites ?? [])].map(({ siteId }) => siteId));
    for (const siteId of sites) {
      this.#settingChanged(siteId, change);
      this.#looksSoon(siteId);
    }
  }

  #looksSoon(siteId: string): void {
    if (this.#soon.has(siteId)) return;
    const timer = setTimeout(() => {
      this.#soon.delete(siteId);
      const look = this.#lookOf(siteId);
      if (look) this.visitors.show(siteId, look);
    }, SOON_MS);
    this.#soon.set(siteId, timer.unref());
  }

  #lookOf(siteId: string): Look | undefined {
    const site = this.directory.site(siteId);
    if (!site) return undefined;
    const settings = widgetLook(site, this.presence, this.directory);
    const text = JSON.stringify(settings);
    const last = this.#last.get(siteId);
    if (last?.text === text) return last;
    const look = { settings, text };
    this.#last.set(siteId, look);
    return look;
  }
}

type Told = Pick<SettingChange<SettingKind>, 'kind' | 'siteId' | 'id' | 'version'>;

function seenByOthers(operator: settingsV1.OperatorSettings): string {
  return JSON.stringify({ ...operator, tokenVersion: 0, endedSessions: [] });
}
