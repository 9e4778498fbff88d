import { until } from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Socket, io } from 'socket.io-client';
import { type EventJson, HttpProblem, Operator, Visitor, call } from '../support/api.js';
import { openSite } from '../support/site.js';

/** An operator who may no longer work must be out within this time, ms. */
const OUT = 2_000;
const PASSWORD = 'a long enough password';

/** A console's socket and what it was sent. */
class Ear {
  readonly events: EventJson[] = [];
  readonly changed: string[] = [];
  private constructor(readonly socket: Socket) {
    socket.on('dialog.event', (event: EventJson) => this.events.push(event));
    socket.on('dialogs.changed', ({ dialogId }: { dialogId: string }) => this.changed.push(dialogId));
  }

  static async of(operator: Operator): Promise<Ear> {
    const socket = io(`${operator.url}/operator`, {
      transports: ['websocket'],
      auth: { token: operator.token, siteId: operator.siteId },
      reconnection: false,
    });
    const ear = new Ear(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return ear;
  }

  texts(): string[] {
    return this.events.flatMap(({ payload }) => (payload?.text === undefined ? [] : [payload.text]));
  }
}

const statusOf = (error: unknown): number => (error instanceof HttpProblem ? error.status : 0);
const refused = (work: Promise<unknown>): Promise<number> => work.then(() => 200, statusOf);

describe('rights', () => {
  let owner: Operator;
  const ears: Ear[] = [];

  beforeAll(async () => {
    ({ owner } = await openSite());
  }, 60_000);
  afterAll(() => {
    for (const { socket } of ears) socket.close();
  });

  const listen = async (operator: Operator): Promise<Ear> => {
    const ear = await Ear.of(operator);
    ears.push(ear);
    return ear;
  };
  const colleague = async (name: string, more: object = {}): Promise<Operator> => {
    const email = `${name}@example.test`;
    const body = { email, name, role: 'operator', password: PASSWORD, ...more };
    await owner.send('POST', 'operators', body);
    return Operator.login(owner.url, owner.siteId, { email, password: PASSWORD });
  };
  const change = (operator: Operator, body: object): Promise<unknown> =>
    owner.send('PATCH', `operators/${operator.id}`, body);
  const written = async (text: string): Promise<{ visitor: Visitor; dialogId: string }> => {
    const visitor = await Visitor.open(owner.url, owner.siteId);
    const { dialogId } = await visitor.send(text);
    return { visitor, dialogId };
  };

  it('somebody disabled is out at once: sockets end, tokens in date and sessions are refused', async () => {
    const victim = await colleague('disabled');
    const ear = await listen(victim);
    await change(victim, { disabled: true });
    await until(() => ear.socket.disconnected, { what: 'the end of the socket', timeoutMs: OUT });
    await until(async () => (await refused(victim.dialogs())) === 401, { what: 'the refusal', timeoutMs: OUT });
    expect(
      await refused(Operator.login(owner.url, owner.siteId, { email: 'disabled@example.test', password: PASSWORD })),
    ).toBe(401);
    await change(victim, { disabled: false });
    await Operator.login(owner.url, owner.siteId, { email: 'disabled@example.test', password: PASSWORD });
  });

  it('somebody demoted loses what the role allowed within two seconds', async () => {
    const admin = await colleague('demoted', { role: 'admin' });
    expect(await refused(admin.get('settings'))).toBe(200);
    const ear = await listen(admin);
    await change(admin, { role: 'operator' });
    await until(() => ear.socket.disconnected, { what: 'the end of the socket', timeoutMs: OUT });
    await until(async () => [401, 403].includes(await refused(admin.get('settings'))), {
      what: 'the refusal',
      timeoutMs: OUT,
    });
  });

  it('a session ended elsewhere ends its sockets and its token', async () => {
    const first = await colleague('two-places');
    const second = await Operator.login(owner.url, owner.siteId, {
      email: 'two-places@example.test',
      password: PASSWORD,
    });
    const ear = await listen(first);
    await call(`${owner.url}/api/account/sessions`, 'DELETE', second.token);
    await until(() => ear.socket.disconnected, { what: 'the end of the socket', timeoutMs: OUT });
    await until(async () => (await refused(first.dialogs())) === 401, { what: 'the refusal', timeoutMs: OUT });
    expect(await refused(second.dialogs())).toBe(200);
  });

  it('the last superadmin stays', async () => {
    for (const body of [{ role: 'admin' }, { disabled: true }]) {
      await expect(change(owner, body)).rejects.toMatchObject({ status: 409 });
    }
    await expect(owner.send('DELETE', `operators/${owner.id}`)).rejects.toMatchObject({ status: 409 });
  });

  describe('visibility', () => {
    let mate: Operator;
    let own: Operator;
    let unassigned: Operator;
    let team: Operator;
    const heard = new Map<string, Ear>();
    let nobodys: string;
    let owns: string;
    let mates: string;
    let others: string;

    beforeAll(async () => {
      [mate, own, unassigned, team] = [
        await colleague('mate'),
        await colleague('sees-own', { visibility: 'own' }),
        await colleague('sees-unassigned', { visibility: 'unassigned' }),
        await colleague('sees-team', { visibility: 'team' }),
      ];
      await owner.send('POST', 'teams', { name: 'Склад', operatorIds: [mate.id, team.id] });
      for (const [name, operator] of Object.entries({ own, unassigned, team })) heard.set(name, await listen(operator));
      nobodys = (await written('ничей вопрос')).dialogId;
      owns = (await written('вопрос своему')).dialogId;
      mates = (await written('вопрос коллеге')).dialogId;
      others = (await written('вопрос чужому')).dialogId;
      await owner.send('PUT', `dialogs/${owns}/assignee`, { operatorId: own.id });
      await owner.send('PUT', `dialogs/${mates}/assignee`, { operatorId: mate.id });
      await owner.send('PUT', `dialogs/${others}/assignee`, { operatorId: owner.id });
    }, 60_000);

    const cases = (): [string, Operator, string[]][] => [
      ['own', own, [owns]],
      ['unassigned', unassigned, [nobodys]],
      ['team', team, [nobodys, mates]],
    ];

    it('holds in lists, counts, search and direct ids', async () => {
      for (const [name, operator, seen] of cases()) {
        await until(async () => (await operator.dialogs()).length === seen.length, { what: `the list of ${name}` });
        expect((await operator.dialogs()).map(({ id }) => id).toSorted()).toEqual(seen.toSorted());
        expect((await operator.get<{ all: number }>('dialogs/counts')).all).toBe(seen.length);
        expect((await operator.dialogs('&q=вопрос')).map(({ id }) => id).toSorted()).toEqual(seen.toSorted());
        for (const id of [nobodys, owns, mates, others]) {
          const expected = seen.includes(id) ? 200 : 404;
          expect([name, id, await refused(operator.get(`dialogs/${id}`))]).toEqual([name, id, expected]);
          expect([name, id, await refused(operator.get(`dialogs/${id}/events`))]).toEqual([name, id, expected]);
          if (expected === 404) expect(await refused(operator.answer(id, 'не моё'))).toBe(404);
        }
      }
    });

    it('holds on sockets, from the moment of an assignment on', async () => {
      const hears = await colleague('hears-own', { visibility: 'own' });
      const ear = await listen(hears);
      const { visitor, dialogId } = await written('начало');
      await until(() => heard.get('unassigned')!.texts().includes('начало'), { what: 'the beginning' });
      await owner.send('PUT', `dialogs/${dialogId}/assignee`, { operatorId: hears.id });
      await visitor.send('продолжение');
      await until(() => ear.texts().includes('продолжение'), { what: 'the rest' });
      const without = heard.get('unassigned')!;
      expect(without.events.some(({ type, dialogId: id }) => id === dialogId && type === 'dialog.assigned')).toBe(true);
      expect(without.texts()).not.toContain('продолжение');
      expect(ear.texts()).not.toContain('начало');
      expect(heard.get('team')!.texts()).not.toContain('продолжение');
    });

    it('changes at once with the setting', async () => {
      await change(own, { visibility: 'all' });
      await until(async () => (await own.dialogs()).length >= 4, { what: 'all dialogs', timeoutMs: OUT });
      await change(own, { visibility: 'own' });
      await until(async () => (await refused(own.get(`dialogs/${nobodys}`))) === 404, {
        what: 'a narrower view',
        timeoutMs: OUT,
      });
    });
  });

  it('nothing of one site is visible from another', async () => {
    const { siteId } = await call<{ siteId: string }>(`${owner.url}/api/sites`, 'POST', owner.token, {
      name: 'Другой',
    });
    const there = new URL(owner.url);
    await call(`${there.origin}/api/sites/${siteId}/operators`, 'POST', owner.token, {
      email: 'foreign@example.test',
      name: 'foreign',
      role: 'admin',
      password: PASSWORD,
    });
    const foreign = await Operator.login(owner.url, owner.siteId, {
      email: 'foreign@example.test',
      password: PASSWORD,
    });
    const hidden = await colleague('only-here');
    const { dialogId } = await written('секрет первого сайта');
    await owner.send('PUT', `dialogs/${dialogId}/assignee`, { operatorId: owner.id });
    const paths = [
      'dialogs',
      `dialogs/${dialogId}`,
      'operators',
      'teams',
      'tags',
      'saved-replies',
      'settings',
      'audit',
      'presence',
      'api-keys',
      'hours',
    ];
    for (const path of paths) expect([path, await refused(foreign.get(path))]).toEqual([path, 404]);
    const own = new Operator2(owner.url, siteId, foreign.token);
    expect(await own.list('dialogs')).toEqual([]);
    expect(await refused(own.get(`dialogs/${dialogId}`))).toBe(404);
    for (const path of ['operators', 'audit']) expect(JSON.stringify(await own.get(path))).not.toContain(hidden.id);
  });

  it('who changed what is in the audit log, without secrets', async () => {
    await change(await colleague('audited'), { disabled: true });
    const { items } = await owner.get<{ items: { action: string; subjectName: string; changes: object[] }[] }>(
      'audit?limit=100',
    );
    const text = JSON.stringify(items);
    expect(items.some(({ action, subjectName }) => action.startsWith('operator.') && subjectName === 'audited')).toBe(
      true,
    );
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toMatch(/argon2/);
  });
});

/** The same calls on another site. */
class Operator2 {
  constructor(
    readonly url: string,
    readonly siteId: string,
    readonly token: string,
  ) {}

  get<T>(path: string): Promise<T> {
    return call(`${this.url}/api/sites/${this.siteId}/${path}`, 'GET', this.token);
  }

  async list(path: string): Promise<unknown[]> {
    return (await this.get<{ items: unknown[] }>(path)).items;
  }
}
