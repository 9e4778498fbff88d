import { type SavedReplyShape, type TagShape } from '@beseda/api';
import { sendProblem as problem } from '@beseda/testing';
import express, { type Express, type Response } from 'express';
import multer from 'multer';
import { type Server as SocketServer } from 'socket.io';
import { ago, type StandInStore } from './stand-in-store.ts';

type StoredFile = SavedReplyShape['files'][number];
type StoredReply = SavedReplyShape;
type Content = Omit<StoredReply, 'id' | 'version'>;
type StoredTag = TagShape;

/** What a spec sees of the library and can change behind the console's back. */
export interface LibraryWorld {
  replies: StoredReply[];
  tags: StoredTag[];
  /** Ids of saved files in the order they were sent. */
  readonly sent: string[];
  /** Somebody else changes a tag. */
  changeTag(id: string, change: Partial<StoredTag>): void;
  changeReply(id: string, change: Partial<Content>): void;
}

const file = (id: string, name: string, type: string, size: number): StoredFile => ({
  id,
  name,
  type,
  size,
  url: '/api/files/1/x?e=1&s=1',
});

const REPLIES: readonly (Omit<Content, 'files' | 'updatedAt'> & { files?: StoredFile[] })[] = [
  {
    title: 'Приветствие',
    text: 'Здравствуйте, {contact.name|друг}! Меня зовут {operator.name}, «{site.name}». Чем помочь?',
    folder: '',
    audience: { kind: 'everyone' },
  },
  {
    title: 'Обмен размера',
    text: 'Обменяем без доплаты. Заполните заявление и\nположите его в коробку.',
    folder: 'Возвраты',
    audience: { kind: 'everyone' },
    files: [file('reply-form', 'Заявление_на_обмен_2026_года.pdf', 'application/pdf', 184_000)],
  },
  {
    title: 'Возврат денег',
    text: 'Деньги вернутся на карту за 3 рабочих дня.',
    folder: 'Возвраты',
    audience: { kind: 'team', teamId: 'team-service' },
  },
  {
    title: 'Отследить посылку',
    text: 'Пришлём ссылку на {contact.phone}, как только посылка уедет.',
    folder: 'Доставка',
    audience: { kind: 'everyone' },
  },
  { title: 'Моя подпись', text: 'С уважением, {operator.name}', folder: '', audience: { kind: 'personal' } },
];

const TAGS: readonly (readonly [string, string])[] = [
  ['Возврат', '9a3b3b'],
  ['Доставка', '8a5a00'],
  ['Опт', '1f5fa8'],
  ['VIP', '5b4a9e'],
  ['Обувь', '50606a'],
  ['Гарантия', '4d6b1f'],
];

const stale = (res: Response): void => problem(res, 409, 'ABORTED', [['version', 'stale_version']]);

/** Saved replies and tags, as the gateway has them. */
export function libraryRoutes(app: Express, io: SocketServer, store: StandInStore, empty: boolean): LibraryWorld {
  const world: LibraryWorld = {
    replies: empty
      ? []
      : REPLIES.map((one, n) => ({ files: [], updatedAt: ago(9_000), ...one, id: `reply-${n + 1}`, version: 1 })),
    tags: empty ? [] : TAGS.map(([name, color], n) => ({ id: `tag-${n + 1}`, version: 1, name, color: `#${color}` })),
    sent: [],
    changeTag(id, change) {
      const tag = world.tags.find((one) => one.id === id);
      if (!tag) return;
      Object.assign(tag, change, { version: tag.version + 1 });
      tellTags(tag.id, tag.version);
    },
    changeReply(id, change) {
      const reply = world.replies.find((one) => one.id === id);
      if (reply) Object.assign(reply, change, { version: reply.version + 1 });
    },
  };
  const tellTags = (id: string, version: number): void => {
    io.of('/operator').emit('settings.changed', { siteId: store.sites[0]?.id, kind: 'tag', id, version });
  };
  replyRoutes(app, store, world);
  tableRoutes(app, world);
  tagRoutes(app, store, world, tellTags);
  dialogTagRoutes(app, store, world, tellTags);
  return world;
}

function replyRoutes(app: Express, store: StandInStore, world: LibraryWorld): void {
  const base = '/api/sites/:s/saved-replies';
  const files = new Map<string, StoredFile>();
  for (const one of world.replies.flatMap((reply) => reply.files)) files.set(one.id, one);
  let n = 100;
  const content = (body: Record<string, unknown>): Content => {
    const { fileIds = [], folder = '', ...rest } = body as unknown as Content & { fileIds?: string[] };
    return { ...rest, folder, files: fileIds.flatMap((id) => files.get(id) ?? []), updatedAt: ago(0) };
  };
  app.get(base, (_req, res) => void res.json({ items: world.replies }));
  app.post(base, (req, res) => {
    const items = (req.body.items as Record<string, unknown>[]).map((item) => ({
      ...content(item),
      id: `reply-${++n}`,
      version: 1,
    }));
    const wrong = items.findIndex((item) => item.title === 'Занято');
    if (wrong >= 0) return problem(res, 400, 'INVALID_ARGUMENT', [[`items.${wrong}.title`, 'too_long']]);
    world.replies.push(...items);
    res.status(201).json({ items });
  });
  app.post(`${base}/delete`, (req, res) => {
    world.replies = world.replies.filter((reply) => !req.body.ids.includes(reply.id));
    res.status(204).end();
  });
  app.put(`${base}/order`, (req, res) => {
    const ids = req.body.ids as string[];
    const place = (reply: StoredReply): number => ids.indexOf(reply.id);
    const moved = world.replies.filter((reply) => place(reply) >= 0).sort((a, b) => place(a) - place(b));
    world.replies = [...world.replies.filter((reply) => place(reply) < 0), ...moved];
    res.status(204).end();
  });
  app.put(`${base}/:id`, (req, res) => {
    const reply = world.replies.find((one) => one.id === req.params.id);
    if (!reply) return problem(res, 404, 'NOT_FOUND');
    const { version, ...body } = req.body as Record<string, unknown>;
    if (version !== reply.version) return stale(res);
    Object.assign(reply, content(body), { version: reply.version + 1 });
    res.json(reply);
  });
  app.post(`${base}/files`, multer({ limits: { fileSize: 2_097_152 } }).single('file'), (req, res) => {
    if (!req.file) return problem(res, 400, 'INVALID_ARGUMENT');
    const name = Buffer.from(req.file.originalname, 'latin1').toString('utf8');
    const stored = file(`reply-f${++n}`, name, req.file.mimetype, req.file.size);
    files.set(stored.id, stored);
    res.json(stored);
  });
  app.post('/api/sites/:s/dialogs/:d/saved-files', (req, res) => {
    const dialog = store.dialogs.get(req.params.d);
    const stored = files.get(req.body.fileId);
    if (!dialog || !stored) return problem(res, 404, 'NOT_FOUND');
    world.sent.push(stored.id);
    res.json(store.answer(dialog, req.body.clientMessageId, { file: stored }));
  });
}

function tableRoutes(app: Express, world: LibraryWorld): void {
  const base = '/api/sites/:s/saved-replies';
  app.post(`${base}/import`, express.text({ type: 'text/csv' }), (req, res) => {
    const lines = String(req.body).trim().split('\n').slice(1);
    const problems = lines.flatMap((line, at) =>
      line.split(',')[1]?.trim() ? [] : [{ line: at + 2, message: 'text: A text must not be blank.' }],
    );
    if (problems.length > 0) return void res.json({ added: 0, skipped: 0, problems });
    const known = new Set(world.replies.map((reply) => reply.title));
    const fresh = lines.map((line) => line.split(',')).filter(([title = '']) => !known.has(title));
    if (!req.query['dry']) {
      for (const [title = '', text = ''] of fresh) {
        const id = `reply-csv-${world.replies.length}`;
        world.replies.push({
          id,
          version: 1,
          title,
          text,
          folder: '',
          audience: { kind: 'everyone' },
          files: [],
          updatedAt: ago(0),
        });
      }
    }
    res.json({ added: fresh.length, skipped: lines.length - fresh.length, problems: [] });
  });
  app.get(`${base}/export`, (_req, res) => {
    res.type('text/csv').send(['title,text', ...world.replies.map((r) => `${r.title},"${r.text}"`)].join('\n'));
  });
}

function tagRoutes(
  app: Express,
  store: StandInStore,
  world: LibraryWorld,
  tell: (id: string, version: number) => void,
): void {
  const base = '/api/sites/:s/tags';
  const find = (id: string): StoredTag | undefined => world.tags.find((tag) => tag.id === id);
  const taken = (name: string, id?: string): boolean =>
    world.tags.some((tag) => tag.id !== id && tag.name.toLowerCase() === name.toLowerCase());
  const rename = (from: string, to: string | null): void => {
    for (const dialog of store.dialogs.values()) {
      const tags = dialog.tags.flatMap((tag) => (tag !== from ? tag : to === null ? [] : to));
      Object.assign(dialog, { tags: [...new Set(tags)] });
    }
  };
  let n = 50;
  app.get(base, (req, res) => {
    const dialogs = [...store.dialogs.values()];
    const usage = (name: string): number => dialogs.filter((dialog) => dialog.tags.includes(name)).length;
    res.json({ items: world.tags.map((tag) => (req.query['usage'] ? { ...tag, usage: usage(tag.name) } : tag)) });
  });
  app.post(base, (req, res) => {
    if (taken(req.body.name)) return problem(res, 409, 'ALREADY_EXISTS', [['name', 'already_exists']]);
    const tag = { id: `tag-${++n}`, version: 1, name: req.body.name, color: req.body.color ?? '#0b6070' };
    world.tags.push(tag);
    tell(tag.id, 1);
    res.status(201).json(tag);
  });
  app.patch(`${base}/:id`, (req, res) => {
    const tag = find(req.params.id);
    if (!tag) return problem(res, 404, 'NOT_FOUND');
    const { version, ...change } = req.body as { version: number; name?: string };
    if (version !== tag.version) return stale(res);
    if (change.name !== undefined) {
      if (taken(change.name, tag.id)) {
        return problem(res, 409, 'ALREADY_EXISTS', [['name', 'already_exists']]);
      }
      rename(tag.name, change.name);
    }
    world.changeTag(tag.id, change);
    res.json(tag);
  });
  app.post(`${base}/:id/merge`, (req, res) => {
    const [tag, into] = [find(req.params.id), find(req.body.intoId)];
    if (!tag || !into) return problem(res, 404, 'NOT_FOUND');
    rename(tag.name, into.name);
    world.tags = world.tags.filter((one) => one !== tag);
    world.changeTag(into.id, {});
    res.json(into);
  });
  app.delete(`${base}/:id`, (req, res) => {
    const tag = find(req.params.id);
    if (!tag) return problem(res, 404, 'NOT_FOUND');
    rename(tag.name, null);
    world.tags = world.tags.filter((one) => one !== tag);
    tell(tag.id, tag.version + 1);
    res.status(204).end();
  });
}

function dialogTagRoutes(
  app: Express,
  store: StandInStore,
  world: LibraryWorld,
  tell: (id: string, version: number) => void,
): void {
  app.put('/api/sites/:s/dialogs/:d/tags', (req, res) => {
    const dialog = store.dialogs.get(req.params.d);
    if (!dialog) return problem(res, 404, 'NOT_FOUND');
    const tags = req.body.tags as string[];
    Object.assign(dialog, { tags });
    const actor = { kind: 'operator', id: store.me.id, name: store.me.name };
    store.push(dialog, 'dialog.tagged', actor, { tags });
    for (const name of tags) {
      if (world.tags.some((tag) => tag.name.toLowerCase() === name.toLowerCase())) continue;
      world.tags.push({ id: `tag-d${world.tags.length}`, version: 1, name, color: '#2f6f3e' });
      tell(`tag-d${world.tags.length}`, 1);
    }
    res.json({ tags, seq: dialog.seq });
  });
}
