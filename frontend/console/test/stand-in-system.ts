import { SCOPES } from '@beseda/api';
import { sendProblem as problem } from '@beseda/testing';
import { type Express, type Response } from 'express';
import { ago } from './stand-in-store.ts';

/** Keys, log and licence of the stand-in. */
export interface SystemWorld {
  readonly keys: Record<string, unknown>[];
  readonly log: Record<string, unknown>[];
  days: number;
  billing: Record<string, unknown>;
  n: number;
}

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const LICENCE = {
  holder: 'ООО «Лесная тропа»',
  plan: 'Команда',
  operators: 10,
  features: ['hide-powered-by'],
  validFrom: '2026-01-01T00:00:00.000Z',
  validTo: '2027-01-01T00:00:00.000Z',
};

const refuse = (res: Response, code: string): void => problem(res, 400, 'INVALID_ARGUMENT', [['licence', code]]);

type Change = readonly [path: string, before: unknown, after: unknown];

function entry(
  n: number,
  minutes: number,
  action: string,
  name: string,
  changes: readonly Change[],
  who = true,
): Record<string, unknown> {
  const json = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value));
  return {
    id: `audit-${n}`,
    at: ago(minutes),
    operatorId: who ? 'op-marina' : null,
    operatorName: who ? 'Марина Лаврентьева' : '',
    address: who ? '198.51.100.24' : '',
    userAgent: who ? CHROME : '',
    action,
    subject: action.split('.')[0],
    subjectId: `id-${n}`,
    subjectName: name,
    changes: changes.map(([path, before, after]) => ({ path, before: json(before), after: json(after) })),
  };
}

function log(): Record<string, unknown>[] {
  const greeting = 'Здравствуйте! Поможем выбрать снаряжение и ответим про доставку';
  const entries = [
    entry(1, 4, 'operator.updated', 'Тимур Гайсин', [
      ['role', 'operator', 'admin'],
      ['noMassMailing', false, true],
    ]),
    entry(2, 31, 'site.updated', 'Лесная тропа', [
      ['widget.color', 'rgb', 'petrol'],
      ['widget.greeting.ru', '', greeting],
    ]),
    entry(3, 65, 'operator.created', 'Полина Жук', [['email', undefined, 'p.zhuk@lesnaya-tropa.example']]),
    entry(4, 1_500, 'site.identity_secret_rotated', 'Лесная тропа', [['identitySecret', '•••', '•••']]),
    entry(5, 1_560, 'operator.disabled', 'Павел Уволенный', [['disabled', false, true]]),
    entry(6, 4_400, 'site.created', 'Лесная тропа', [['name', undefined, 'Лесная тропа']], false),
  ];
  for (let n = 7; n < 70; n += 1)
    entries.push(entry(n, 4_400 + n * 90, 'tag.updated', 'Возврат', [['name', `Возврат ${n}`, `Возврат ${n + 1}`]]));
  return entries;
}

export function systemRoutes(app: Express): SystemWorld {
  const world: SystemWorld = {
    keys: [
      {
        id: 'key-1',
        name: '1С, выгрузка заказов',
        prefix: 'bsd_7Qm4',
        scopes: ['dialogs:read', 'contacts:read'],
        createdAt: ago(40_000),
        createdBy: 'op-marina',
        lastUsedAt: ago(6),
        revokedAt: null,
      },
      {
        id: 'key-2',
        name: 'Старый отчёт',
        prefix: 'bsd_1xKp',
        scopes: ['dialogs:read'],
        createdAt: ago(90_000),
        createdBy: 'op-timur',
        lastUsedAt: null,
        revokedAt: ago(800),
      },
    ],
    log: log(),
    days: 365,
    billing: { state: 'none', licence: null, operators: 7 },
    n: 2,
  };
  keyRoutes(app, world);
  auditRoutes(app, world);
  const base = '/api/sites/:s/billing';
  app.get(base, (_req, res) => void res.json(world.billing));
  app.put(base, (req, res) => {
    const { licence } = req.body as { licence: string };
    if (licence && !licence.startsWith('good'))
      return refuse(res, licence.length < 20 ? 'not_a_licence' : 'bad_signature');
    const none = { state: 'none', licence: null };
    world.billing = { ...(licence ? { state: 'valid', licence: LICENCE } : none), operators: 7 };
    res.json(world.billing);
  });
  return world;
}

function keyRoutes(app: Express, world: SystemWorld): void {
  const base = '/api/sites/:s/api-keys';
  app.get(base, (_req, res) => void res.json({ items: world.keys, scopes: SCOPES }));
  app.post(base, (req, res) => {
    world.n += 1;
    const made = { createdAt: new Date().toISOString(), createdBy: 'op-marina', lastUsedAt: null, revokedAt: null };
    const key = { id: `key-${world.n}`, prefix: `bsd_Ab${world.n}x`, ...(req.body as object), ...made };
    world.keys.push(key);
    res.status(201).json({ key, secret: `bsd_Ab${world.n}xVd81mQwTnYz3rKp0sLcHe7uGi5oBf2jXa` });
  });
  app.delete(`${base}/:k`, (req, res) => {
    const key = world.keys.find((one) => one['id'] === req.params.k);
    if (key) key['revokedAt'] = new Date().toISOString();
    res.status(204).end();
  });
}

function auditRoutes(app: Express, world: SystemWorld): void {
  const base = '/api/sites/:s/audit';
  const found = (query: Record<string, string>): Record<string, unknown>[] =>
    world.log.filter((one) => {
      if (query['operatorId'] && one['operatorId'] !== query['operatorId']) return false;
      if (query['subject'] && one['subject'] !== query['subject']) return false;
      if (query['from'] && String(one['at']) < query['from']) return false;
      if (query['to'] && String(one['at']) > query['to']) return false;
      return !query['q'] || String(one['subjectName']).toLowerCase().includes(query['q'].toLowerCase());
    });
  app.get(`${base}/retention`, (_req, res) => void res.json({ days: world.days }));
  app.put(`${base}/retention`, (req, res) => {
    world.days = Number(req.body.days);
    res.json({ days: world.days });
  });
  app.get(`${base}/export`, (req, res) => {
    const rows = found(req.query as Record<string, string>);
    res.type('text/csv').send(`\uFEFFat,action\r\n${rows.map((one) => `${one['at']},${one['action']}`).join('\r\n')}`);
  });
  app.get(base, (req, res) => {
    const all = found(req.query as Record<string, string>);
    const from = Number(req.query['cursor'] ?? 0);
    res.json({ items: all.slice(from, from + 50), nextCursor: from + 50 < all.length ? String(from + 50) : null });
  });
}
