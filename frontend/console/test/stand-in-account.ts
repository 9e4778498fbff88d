import { type Account, type optionsAnswer, type sessionsAnswer } from '@beseda/api';
import { sendProblem as problem } from '@beseda/testing';
import { type Express, type Request, type Response } from 'express';
import multer from 'multer';
import { type z } from 'zod';
import { type People } from './stand-in-people.ts';
import { ago, type StandInStore } from './stand-in-store.ts';

/** What a spec may set and look at. */
export interface AccountWorld {
  options: z.infer<typeof optionsAnswer>;
  password: string;
  secondFactor: boolean;
  codes: string[];
  locale: Account['locale'];
  theme: Account['theme'];
  version: number;
  sessions: z.infer<typeof sessionsAnswer>['items'];
  /** Addresses that asked for a new password. */
  readonly resets: string[];
  n: number;
}

/** The code every authenticator of the stand-in shows. */
export const CODE = '123456';
const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

type Grant = (res: Response) => void;

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1';

export function accountWorld(): AccountWorld {
  const session = (id: string, minutes: number, address: string, userAgent: string, current = false) => {
    return { id, createdAt: ago(minutes + 3_000), lastUsedAt: ago(minutes), address, userAgent, current };
  };
  return {
    options: { singleSignOn: false, passwordsOff: false, mailServer: true },
    password: 'secret-password',
    secondFactor: false,
    codes: [],
    locale: null,
    theme: null,
    version: 1,
    sessions: [
      session('s-1', 0, '198.51.100.24', CHROME, true),
      session('s-2', 190, '198.51.100.24', PHONE),
      session('s-3', 9_000, '203.0.113.7', 'curl/8.5'),
    ],
    resets: [],
    n: 0,
  };
}

/** Signing in: e-mails that begin with "new" have a one-time password, "factor" a second factor, "both" have both. */
export function signInRoutes(app: Express, world: AccountWorld, grant: Grant): void {
  const ask = (res: Response, next: string, ticket: string): void => void res.json({ next, ticket, expiresIn: 600 });
  app.post('/api/auth/login', (req, res) => {
    const { email, password } = req.body as { email: string; password: string };
    const kind = /^(new|factor|both|late)/.exec(email)?.[0];
    if (password !== world.password) return problem(res, 401, 'UNAUTHENTICATED', [['password', 'wrong_credentials']]);
    if (kind === 'factor' || kind === 'both' || world.secondFactor) return ask(res, 'code', kind ?? 'factor');
    if (kind) return ask(res, 'password', kind);
    grant(res);
  });
  app.post('/api/auth/login/continue', (req, res) => {
    const { ticket, code, newPassword } = req.body as { ticket: string; code?: string; newPassword?: string };
    if (ticket === 'late') return problem(res, 401, 'UNAUTHENTICATED', [['ticket', 'expired']]);
    if (code !== undefined) {
      if (code !== CODE && !world.codes.includes(code))
        return problem(res, 401, 'UNAUTHENTICATED', [['code', 'wrong_code']]);
      return ticket === 'both' ? ask(res, 'password', 'new') : grant(res);
    }
    if ((newPassword ?? '').length < 8) return problem(res, 400, 'INVALID_ARGUMENT', [['newPassword', 'too_short']]);
    if (newPassword === world.password)
      return problem(res, 400, 'INVALID_ARGUMENT', [['newPassword', 'same_password']]);
    world.password = newPassword ?? '';
    grant(res);
  });
  app.get('/api/auth/options', (_req, res) => void res.json(world.options));
  app.get('/api/auth/oidc/start', (_req, res) => res.redirect('/login?sso=unknown'));
  app.post('/api/auth/password-reset', (req, res) => {
    world.resets.push(String(req.body.email));
    res.status(204).end();
  });
  app.post('/api/auth/password-reset/confirm', (req, res) => {
    const { token, newPassword } = req.body as { token: string; newPassword: string };
    if (token !== 'good') return problem(res, 400, 'INVALID_ARGUMENT', [['token', 'expired']]);
    if (newPassword.length < 8) return problem(res, 400, 'INVALID_ARGUMENT', [['newPassword', 'too_short']]);
    world.password = newPassword;
    res.status(204).end();
  });
}

export function accountRoutes(app: Express, world: AccountWorld, store: StandInStore, people: People): void {
  const shape = (): Account => {
    const me = people.find(store.me.id);
    const { locale, theme, version, secondFactor, codes } = world;
    const person = {
      id: store.me.id,
      name: store.me.name,
      internalName: me?.internalName ?? '',
      email: store.me.email,
    };
    return {
      ...person,
      avatarUrl: me?.avatarUrl ?? null,
      locale,
      theme,
      version,
      secondFactor,
      recoveryCodesLeft: codes.length,
      noPassword: false,
    };
  };
  const change = (part: object): void => {
    Object.assign(people.find(store.me.id) ?? {}, part);
    Object.assign(store.me, part);
    world.version += 1;
  };
  app.use('/api/account', (req, res, next) => {
    const token = req.headers.authorization?.replace('Bearer ', '');
    if (!token || !store.sessions.has(token)) return problem(res, 401, 'UNAUTHENTICATED');
    next();
  });
  app.get('/api/account', (_req, res) => void res.json(shape()));
  app.patch('/api/account', (req, res) => {
    const { version, locale, theme, ...rest } = req.body as Partial<Account>;
    if (version !== undefined && version !== world.version)
      return problem(res, 409, 'ABORTED', [['version', 'stale_version']]);
    if (locale !== undefined) world.locale = locale;
    if (theme !== undefined) world.theme = theme;
    change(rest);
    res.json(shape());
  });
  app.put('/api/account/avatar', multer().single('file'), (req, res) => {
    const { file } = req;
    if (file) change({ avatarUrl: `data:${file.mimetype};base64,${file.buffer.toString('base64')}` });
    res.json(shape());
  });
  app.delete('/api/account/avatar', (_req, res) => {
    change({ avatarUrl: null });
    res.json(shape());
  });
  app.put('/api/account/status', (req, res) => {
    const { status } = req.body as { status: 'online' | 'away' };
    const me = people.find(store.me.id);
    if (me) me.presence = { state: status, since: new Date().toISOString() };
    people.presenceChanged(store.me.id, status);
    res.json({ state: status });
  });
  secretRoutes(app, world);
}

function secretRoutes(app: Express, world: AccountWorld): void {
  const rightCode = (req: Request, res: Response): boolean => {
    const { code } = req.body as { code: string };
    if (code === CODE || world.codes.includes(code)) return true;
    problem(res, 400, 'INVALID_ARGUMENT', [['code', 'wrong_code']]);
    return false;
  };
  const newCodes = (): string[] => {
    world.n += 1;
    world.codes = Array.from(
      { length: 10 },
      (_, i) => `${String(world.n * 1000 + i * 97).padStart(4, '0')}-k7q${i}-m2pt`,
    );
    return world.codes;
  };
  app.post('/api/account/password', (req, res) => {
    const { currentPassword, newPassword } = req.body as { currentPassword: string; newPassword: string };
    if (currentPassword !== world.password)
      return problem(res, 400, 'INVALID_ARGUMENT', [['currentPassword', 'wrong_password']]);
    if (newPassword === currentPassword)
      return problem(res, 400, 'INVALID_ARGUMENT', [['newPassword', 'same_password']]);
    world.password = newPassword;
    world.sessions = world.sessions.filter((one) => one.current);
    res.status(204).end();
  });
  app.get('/api/account/sessions', (_req, res) => void res.json({ items: world.sessions }));
  app.delete('/api/account/sessions/:id', (req, res) => {
    world.sessions = world.sessions.filter((one) => one.id !== req.params.id);
    res.status(204).end();
  });
  app.delete('/api/account/sessions', (_req, res) => {
    world.sessions = world.sessions.filter((one) => one.current);
    res.status(204).end();
  });
  app.post('/api/account/second-factor', (req, res) => {
    if (req.body.currentPassword !== world.password)
      return problem(res, 400, 'INVALID_ARGUMENT', [['currentPassword', 'wrong_password']]);
    res.json({
      secret: SECRET,
      uri: `otpauth://totp/Beseda:m.lavrentieva%40lesnaya-tropa.example?secret=${SECRET}&issuer=Beseda`,
    });
  });
  app.post('/api/account/second-factor/confirm', (req, res) => {
    if (!rightCode(req, res)) return;
    world.secondFactor = true;
    res.json({ recoveryCodes: newCodes() });
  });
  app.delete('/api/account/second-factor', (req, res) => {
    if (!rightCode(req, res)) return;
    Object.assign(world, { secondFactor: false, codes: [] });
    res.status(204).end();
  });
  app.post('/api/account/recovery-codes', (req, res) => {
    if (rightCode(req, res)) res.json({ recoveryCodes: newCodes() });
  });
}
