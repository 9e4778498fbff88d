import { TestBed } from '@angular/core/testing';
import { ApiError } from '@beseda/realtime';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Auth } from './auth.js';
import { TabChannel, type TabMessage } from './tab-channel.js';

const operator = { id: 'op1', name: 'Марина', email: 'm@x.example', role: 'admin' };
const grant = (accessToken: string, expiresIn = 600) => ({ accessToken, expiresIn, operator });

class FakeTabs {
  readonly sent: TabMessage[] = [];
  hear: (message: TabMessage) => void = () => undefined;
  beforeTurn: () => void = () => undefined;
  send(message: TabMessage): void {
    this.sent.push(message);
  }
  listen(hear: (message: TabMessage) => void): void {
    this.hear = hear;
  }
  async exclusive<T>(_name: string, work: () => Promise<T>): Promise<T> {
    this.beforeTurn();
    return await work();
  }
}

describe('Auth', () => {
  const real = globalThis.fetch;
  let tabs: FakeTabs;
  let asked: string[];
  let answers: Record<string, { status: number; body: unknown }>;
  let auth: Auth;

  beforeEach(() => {
    localStorage.clear();
    tabs = new FakeTabs();
    asked = [];
    answers = {};
    globalThis.fetch = (async (path: string) => {
      asked.push(path);
      const { status, body } = answers[path] ?? { status: 500, body: {} };
      return { status, headers: { get: () => null }, text: async () => JSON.stringify(body) } as unknown as Response;
    }) as typeof fetch;
    TestBed.configureTestingModule({ providers: [{ provide: TabChannel, useValue: tabs }] });
    auth = TestBed.inject(Auth);
  });
  afterEach(() => {
    globalThis.fetch = real;
    jest.useRealTimers();
  });

  const signIn = async (expiresIn = 600): Promise<void> => {
    answers['/api/auth/login'] = { status: 200, body: grant('t1', expiresIn) };
    await auth.login('m@x.example', 'p');
  };

  it('asks nothing of the server on a first visit', async () => {
    await auth.restore();
    expect([asked, auth.signedIn()]).toEqual([[], false]);
  });

  it('signs in, keeps the token in memory only and tells other tabs', async () => {
    await signIn();
    expect([auth.operator()?.id, await auth.token(false)]).toEqual(['op1', 't1']);
    expect(JSON.stringify(localStorage)).not.toContain('t1');
    expect(tabs.sent.map((message) => message.kind)).toEqual(['token']);
  });

  it('is not signed in while a further step is asked, and is after its answer', async () => {
    answers['/api/auth/login'] = { status: 200, body: { next: 'code', ticket: 't', expiresIn: 600 } };
    expect(await auth.login('m@x.example', 'p')).toMatchObject({ next: 'code', ticket: 't' });
    expect([auth.signedIn(), await auth.token(false), tabs.sent]).toEqual([false, null, []]);
    answers['/api/auth/login/continue'] = { status: 200, body: grant('t1') };
    expect(await auth.continueLogin('t', { code: '123456' })).toBeNull();
    expect([auth.signedIn(), await auth.token(false)]).toEqual([true, 't1']);
  });

  it('comes back by the cookie after a reload', async () => {
    localStorage.setItem('beseda:signed-in', '1');
    answers['/api/auth/refresh'] = { status: 200, body: grant('t2') };
    await auth.restore();
    expect([auth.signedIn(), await auth.token(false)]).toEqual([true, 't2']);
  });

  it('takes up the cookie with which single sign-on comes back, and says nothing of a session when it brings none', async () => {
    answers['/api/auth/refresh'] = { status: 401, body: { code: 'UNAUTHENTICATED' } };
    auth.leaveForSingleSignOn();
    await auth.restore();
    expect([auth.signedIn(), auth.reason()]).toEqual([false, null]);
    answers['/api/auth/refresh'] = { status: 200, body: grant('t1') };
    auth.leaveForSingleSignOn();
    await auth.restore();
    expect([auth.signedIn(), await auth.token(false)]).toEqual([true, 't1']);
  });

  it('renews an aged token once for all who ask', async () => {
    await signIn(1);
    jest.useFakeTimers({ now: Date.now() + 60_000 });
    answers['/api/auth/refresh'] = { status: 200, body: grant('t2') };
    expect(await Promise.all([auth.token(false), auth.token(false), auth.token(true)])).toEqual(['t2', 't2', 't2']);
    expect(asked.filter((path) => path === '/api/auth/refresh')).toHaveLength(1);
  });

  it('takes the token that another tab got while it waited for its turn', async () => {
    await signIn();
    tabs.beforeTurn = () => tabs.hear({ kind: 'token', grant: grant('theirs') });
    expect(await auth.token(true)).toBe('theirs');
    expect(asked).not.toContain('/api/auth/refresh');
  });

  it('ends the session with a reason when the cookie is refused', async () => {
    await signIn();
    answers['/api/auth/refresh'] = { status: 401, body: { code: 'UNAUTHENTICATED' } };
    expect(await auth.token(true)).toBeNull();
    expect([auth.signedIn(), auth.reason()]).toEqual([false, 'expired']);
  });

  it('keeps the session when the server is away', async () => {
    await signIn();
    answers['/api/auth/refresh'] = { status: 503, body: { code: 'UNAVAILABLE' } };
    await expect(auth.token(true)).rejects.toBeInstanceOf(ApiError);
    expect(auth.signedIn()).toBe(true);
  });

  it('signs out here when another tab did', async () => {
    await signIn();
    tabs.hear({ kind: 'signed-out', reason: 'signed-out' });
    expect([auth.signedIn(), auth.reason(), await auth.token(false)]).toEqual([false, 'signed-out', null]);
  });
});
