import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_CHAT_LOOK, type HoursShape, type SiteSettingsShape } from '@beseda/api';
import { sendProblem as problem } from '@beseda/testing';
import express, { type Express, type Response } from 'express';
import multer from 'multer';
import { type Server as SocketServer } from 'socket.io';

/** Settings of the site as the gateway serves them, in memory. Versions, conflicts and field errors behave as there. */

export interface SettingsStore {
  site: Record<string, unknown> & { version: number };
  hours: Record<string, unknown> & { version: number };
  /** Somebody else saves: the version rises, and open consoles are told when `tell`. */
  change(part: Record<string, unknown>, tell?: boolean): void;
}

type Json = Record<string, unknown>;
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

function merged(base: Json, part: Json): Json {
  const out: Json = { ...base };
  for (const [key, value] of Object.entries(part)) {
    const old = out[key];
    out[key] = isJson(value) && isJson(old) ? merged(old, value) : value;
  }
  return out;
}

const SITE: SiteSettingsShape = {
  version: 3,
  name: 'Лесная тропа',
  number: 1,
  domains: ['lesnaya-tropa.example', '*.lesnaya-tropa.example'],
  reopenWindowHours: 24,
  maxFileBytes: 2_097_152,
  senderName: 'Лесная тропа',
  senderAddress: 'lesnaya-tropa@app1.beseda.example',
  mailDomain: 'app1.beseda.example',
  poweredByLocked: null,
  seen: [{ host: 'lesnaya-tropa.example', at: new Date(Date.now() - 130_000).toISOString() }],
  widget: {
    ...DEFAULT_CHAT_LOOK,
    fallbackLanguage: 'ru',
    greeting: {
      ru: 'Здравствуйте! Поможем подобрать снаряжение и расскажем про доставку. Спрашивайте.',
      en: 'Hello! We help to choose gear and tell about delivery. Ask away.',
    },
    avatarUrl: null,
    caption: { ru: 'Есть вопрос? Мы на связи', en: 'Questions? We are here' },
  },
  offline: {
    enabled: true,
    text: {
      ru: 'Сейчас никого нет на месте. Оставьте почту, и мы ответим.',
      en: 'Nobody is here now. Leave your e-mail.',
    },
    ask: 'email',
    consentText: { ru: '', en: '' },
    consentUrl: '',
  },
};

const HOURS: HoursShape = {
  version: 1,
  enabled: true,
  timezone: 'Europe/Moscow',
  days: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({
    weekday,
    intervals: weekday <= 5 ? [{ from: '09:00', to: '18:00' }] : [],
  })),
  holidays: [{ date: '2026-12-31', name: 'Канун Нового года', intervals: [{ from: '10:00', to: '14:00' }] }],
};

const stale = (res: Response): void => problem(res, 409, 'ABORTED', [['version', 'stale_version']]);

/** Adds the routes; what comes back lets a spec look and change. */
export function settingsRoutes(app: Express, io: SocketServer, siteId: string): SettingsStore {
  const tell = (kind: string, version: number): void => {
    io.of('/operator').emit('settings.changed', { siteId, kind, id: siteId, version });
  };
  const store: SettingsStore = {
    site: structuredClone(SITE),
    hours: structuredClone(HOURS),
    change(part, say = true) {
      store.site = { ...merged(store.site, part), version: store.site.version + 1 };
      if (say) tell('site', store.site.version);
    },
  };
  siteRoutes(app, store);
  hoursRoutes(app, store, tell);
  return store;
}

function siteRoutes(app: Express, store: SettingsStore): void {
  const base = '/api/sites/:s';
  app.get(`${base}/settings`, (_req, res) => void res.json(store.site));
  app.patch(`${base}/settings`, (req, res) => {
    const { version, ...part } = req.body as Json;
    if (version !== store.site.version) return stale(res);
    for (const name of ['caption', 'greeting']) {
      const text = isJson(part['widget']) ? part['widget'][name] : undefined;
      const missing = isJson(text) ? ['ru', 'en'].find((lang) => typeof text[lang] !== 'string') : undefined;
      if (missing) {
        const path = `widget.${name}.${missing}`;
        return problem(res, 400, 'INVALID_ARGUMENT', [[path, 'required']]);
      }
    }
    const url = isJson(part['offline']) ? part['offline']['consentUrl'] : '';
    if (typeof url === 'string' && url !== '' && !/^https?:\/\/\w/.test(url)) {
      return problem(res, 400, 'INVALID_ARGUMENT', [['offline.consentUrl', 'not_a_url']]);
    }
    if (part['senderName'] === 'Занято') {
      return problem(res, 400, 'INVALID_ARGUMENT', [['senderName', 'already_exists']]);
    }
    store.change(part);
    res.json(store.site);
  });
  let pictures = 0;
  app.put(`${base}/avatar`, multer({ limits: { fileSize: 2_097_152 } }).single('file'), (_req, res) => {
    store.change({ widget: { avatarUrl: `/api/avatars/site/picture-${++pictures}` } });
    res.json(store.site);
  });
  app.delete(`${base}/avatar`, (_req, res) => {
    store.change({ widget: { avatarUrl: null } });
    res.json(store.site);
  });
  app.get('/api/avatars/:owner/:id', (_req, res) => {
    res
      .type('image/svg+xml')
      .send(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#1d5a38"/></svg>',
      );
  });
  let secret = 1;
  const answer = (res: Response): void => void res.json({ secret: `s3cr3t-${secret}-`.repeat(4), version: secret });
  app.get(`${base}/identity-secret`, (_req, res) => answer(res));
  app.post(`${base}/identity-secret/rotate`, (_req, res) => {
    secret += 1;
    answer(res);
  });
}

function hoursRoutes(app: Express, store: SettingsStore, tell: (kind: string, version: number) => void): void {
  const base = '/api/sites/:s';
  app.get(`${base}/hours`, (_req, res) => void res.json(store.hours));
  app.put(`${base}/hours`, (req, res) => {
    const body = req.body as Json & { version: number };
    if (body.version !== store.hours.version) return stale(res);
    store.hours = { ...body, version: body.version + 1 };
    tell('hours', store.hours.version);
    res.json(store.hours);
  });
  app.get(`${base}/holidays/countries`, (_req, res) => {
    res.json({
      items: [
        { code: 'RU', name: 'Россия' },
        { code: 'KZ', name: 'Казахстан' },
      ],
    });
  });
  app.get(`${base}/holidays`, (req, res) => {
    const year = String(req.query['year']);
    res.json({
      items: [
        { date: `${year}-01-01`, name: 'Новый год' },
        { date: `${year}-02-23`, name: 'День защитника Отечества' },
        { date: `${year}-12-31`, name: 'Канун Нового года' },
      ],
    });
  });
}

/** The widget's own pages, from its build: the preview shows the real one. Without a build they are not there. */
export function widgetPages(app: Express, dist: string): void {
  const page = (file: string) => (_req: unknown, res: Response) => {
    try {
      res.type('html').send(readFileSync(join(dist, file), 'utf8'));
    } catch {
      // ENOENT: the widget is not built
      res.status(404).end();
    }
  };
  app.get('/widget/preview', page('preview.html'));
  app.get('/widget/panel', page('panel.html'));
  app.use('/widget/assets', express.static(join(dist, 'assets')));
}
