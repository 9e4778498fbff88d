import { type OperatorActor, signVisitor } from '@beseda/auth';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@beseda/testing';
import { type TestSocket, type World, makeWorld } from './testing/world.js';

const seqs = (socket: TestSocket, dialogId: string): number[] =>
  socket.events.filter((event) => event.dialogId === dialogId).map((event) => event.seq);
const upTo = (last: number, from = 1): number[] => Array.from({ length: last - from + 1 }, (_, i) => from + i);

describe('sockets', () => {
  let world: World;
  let operatorId: string;
  let token: string;
  let actor: OperatorActor;

  beforeAll(async () => {
    world = await makeWorld({ BESEDA_WIDGET_RATE_FACTOR: '100' });
    ({ id: operatorId, token } = await world.operator({ [world.siteId]: 'operator' }));
    actor = { kind: 'operator', id: operatorId, siteId: world.siteId, role: 'operator' };
  });
  afterEach(() => {
    world.dialogs.beforeResumeAnswer = () => undefined;
    world.dialogs.resumePage = 500;
    world.dialogs.publishing = true;
  });
  afterAll(() => world.stop());

  const operatorSocket = async (auth: object = { token }): Promise<TestSocket> => {
    const socket = world.socket('/operator', auth);
    await socket.connected();
    return socket;
  };
  const visitorSocket = async (): Promise<TestSocket & { id: string; token: string }> => {
    const visitor = await world.visitor();
    const socket = world.socket('/widget', { token: visitor.token });
    await socket.connected();
    return { ...socket, ...visitor };
  };

  describe('live events', () => {
    it('go to the operators of the site and to the contact, in order, each as it may see them', async () => {
      const [operator, visitor, stranger] = await Promise.all([operatorSocket(), visitorSocket(), visitorSocket()]);
      const sent = await world.call('POST', '/api/widget/messages', {
        token: visitor.token,
        body: { clientMessageId: 'client-1', text: 'Hello' },
      });
      const { dialogId } = sent.body as { dialogId: string };
      const dialog = world.dialogs.dialogs.get(dialogId)!;
      world.dialogs.note(dialog, actor, 'secret');
      world.dialogs.message(dialog, actor, 'Answer', { clientMessageId: 'operators-own' });
      await until(() => operator.events.length === 4 && visitor.events.length === 4, { what: 'four events each' });
      expect(seqs(operator, dialogId)).toEqual([1, 2, 3, 4]);
      expect(seqs(visitor, dialogId)).toEqual([1, 2, 3, 4]);
      expect(visitor.events[1]).toMatchObject({ type: 'message.posted', payload: { clientMessageId: 'client-1' } });
      expect(operator.events[1]?.['payload']).not.toHaveProperty('clientMessageId');
      expect(visitor.events[2]).toEqual({ dialogId, seq: 3, type: 'hidden' });
      expect(operator.events[2]).toMatchObject({ type: 'note.added', payload: { text: 'secret' } });
      expect(visitor.events[3]).toMatchObject({ payload: { text: 'Answer', author: 'operator' } });
      expect(visitor.events[3]?.['payload']).not.toHaveProperty('clientMessageId');
      expect(operator.told.filter(({ name }) => name === 'dialogs.changed').at(-1)?.payload).toEqual({
        siteId: world.siteId,
        dialogId,
        seq: 4,
      });
      expect(JSON.stringify(visitor.told)).not.toContain('secret');
      expect(stranger.told.filter(({ name }) => name !== 'settings')).toEqual([]);
    });

    it('stay within their site', async () => {
      const foreign = await world.operator({ [world.foreignSiteId]: 'superadmin' });
      const both = await world.operator({ [world.siteId]: 'operator', [world.foreignSiteId]: 'operator' });
      const here = await operatorSocket();
      const there = await operatorSocket({ token: foreign.token });
      const everywhere = await operatorSocket({ token: both.token });
      const one = await operatorSocket({ token: both.token, siteId: world.foreignSiteId });
      const dialog = world.dialogs.start(world.siteId, 'c1');
      const other = world.dialogs.start(world.foreignSiteId, 'c2');
      await until(() => everywhere.events.length === 2 && there.events.length === 1, { what: 'events of both sites' });
      await until(() => one.events.length === 1 && here.events.length === 1, { what: 'events of one site' });
      expect(here.events[0]?.dialogId).toBe(dialog.id);
      expect(there.events[0]?.dialogId).toBe(other.id);
      expect(one.events[0]?.dialogId).toBe(other.id);
      const refused = world.socket('/operator', { token, siteId: world.foreignSiteId });
      expect((await refused.refused()).message).toBe('NOT_FOUND');
    });
  });

  describe('resume', () => {
    it('sends what was missed up to the head, page by page, and tells the heads', async () => {
      world.dialogs.resumePage = 7;
      const dialog = world.dialogs.start(world.siteId, 'c3');
      for (let i = 0; i < 40; i += 1) world.dialogs.message(dialog, actor, `m${i}`);
      const socket = await operatorSocket();
      const answer = await socket.resume({ [dialog.id]: 4, 'not-mine': 0 });
      expect(answer).toEqual({ dialogs: { [dialog.id]: 41 } });
      await until(() => seqs(socket, dialog.id).length >= 37, { what: 'all missed events' });
      expect(seqs(socket, dialog.id)).toEqual(upTo(41, 5));
    });

    it('loses and doubles nothing while events keep coming, and keeps their order', async () => {
      world.dialogs.resumePage = 5;
      const dialog = world.dialogs.start(world.siteId, 'c4');
      for (let i = 0; i < 20; i += 1) world.dialogs.message(dialog, actor, 'before');
      const [operator, visitor] = [await operatorSocket(), await visitorSocket()];
      const own = world.dialogs.start(world.siteId, visitor.id);
      for (let i = 0; i < 20; i += 1) world.dialogs.message(own, actor, 'before');
      let during = 0;
      world.dialogs.beforeResumeAnswer = async () => {
        if (during >= 30) return;
        during += 2;
        for (const d of [dialog, own]) {
          world.dialogs.message(d, actor, 'during');
          world.dialogs.message(d, actor, 'during');
        }
        // The answer is older than what just went over the bus.
        await until(() => operator.told.some(({ payload }) => payload['seq'] === dialog.events.length), {
          what: 'live',
        });
      };
      const heads = await Promise.all([operator.resume({ [dialog.id]: 0 }), visitor.resume({ [own.id]: 0 })]);
      world.dialogs.message(dialog, actor, 'after');
      world.dialogs.message(own, actor, 'after');
      const total = dialog.events.length;
      await until(() => seqs(operator, dialog.id).includes(total), { what: 'the operator to be up to date' });
      await until(() => seqs(visitor, own.id).includes(own.events.length), { what: 'the visitor to be up to date' });
      const after = operator.events.filter(({ dialogId }) => dialogId === dialog.id).map(({ seq }) => seq);
      expect(after).toEqual(upTo(total));
      // The visitor was connected when its dialog began: it was sent those live before it resumed from 0.
      expect(seqs(visitor, own.id).slice(-own.events.length)).toEqual(upTo(own.events.length));
      expect(heads[0].dialogs[dialog.id]).toBeGreaterThanOrEqual(21);
      expect(during).toBeGreaterThanOrEqual(10);
    });

    it('gives a contact only its own dialogs', async () => {
      const visitor = await visitorSocket();
      const foreign = world.dialogs.start(world.siteId, 'somebody-else');
      expect(await visitor.resume({ [foreign.id]: 0 })).toEqual({ dialogs: {} });
      expect(visitor.events).toEqual([]);
    });

    it('finds dialogs of several sites', async () => {
      const both = await world.operator({ [world.siteId]: 'operator', [world.foreignSiteId]: 'operator' });
      const [a, b] = [world.dialogs.start(world.siteId, 'c5'), world.dialogs.start(world.foreignSiteId, 'c6')];
      const socket = await operatorSocket({ token: both.token });
      expect(await socket.resume({ [a.id]: 0, [b.id]: 0 })).toEqual({ dialogs: { [a.id]: 1, [b.id]: 1 } });
    });

    it('refuses what is no list of dialogs and goes on', async () => {
      const socket = await operatorSocket();
      const tooMany = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`d${i}`, 0]));
      expect(await socket.resume(tooMany)).toMatchObject({ dialogs: {}, problem: { code: 'INVALID_ARGUMENT' } });
      expect(await socket.resume({ 'not an id!': 0 })).toMatchObject({ problem: { status: 400 } });
      expect(await socket.resume({})).toEqual({ dialogs: {} });
      socket.socket.emit('resume');
      socket.socket.emit('resume', null);
      expect(await socket.resume({})).toEqual({ dialogs: {} });
    });

    it('closes the connection when the service fails, so that the client comes again', async () => {
      const socket = await operatorSocket();
      const dialog = world.dialogs.start(world.siteId, 'c7');
      world.dialogs.beforeResumeAnswer = () => {
        throw new Error('broken');
      };
      socket.socket.emit('resume', { dialogs: { [dialog.id]: 0 } });
      await until(() => !socket.socket.connected, { what: 'the connection to be closed' });
    });
  });

  describe('who is let in', () => {
    it('names the reason, and tells it apart from a failure', async () => {
      const error = await world.socket('/operator', { token: 'nonsense' }).refused();
      expect(error).toMatchObject({ message: 'UNAUTHENTICATED', data: { code: 'UNAUTHENTICATED', status: 401 } });
      expect((await world.socket('/operator', {}).refused()).message).toBe('UNAUTHENTICATED');
      expect((await world.socket('/widget', { token }).refused()).message).toBe('UNAUTHENTICATED');
      const { token: visitor } = await world.visitor();
      expect((await world.socket('/operator', { token: visitor }).refused()).message).toBe('UNAUTHENTICATED');
    });

    it('looks at the origin of a browser', async () => {
      const own = new URL(world.url).origin;
      const shop = await world.visitor();
      const foreign = await world.visitor(world.foreignSiteId);
      const tries: [ns: '/operator' | '/widget', token: string, origin: string | undefined, ok: boolean][] = [
        ['/operator', token, own, true],
        ['/operator', token, 'https://evil.example', false],
        ['/widget', shop.token, 'https://any.example', true],
        ['/widget', foreign.token, 'https://foreign.example', true],
        ['/widget', foreign.token, 'https://www.foreign.example', true],
        ['/widget', foreign.token, own, true],
        ['/widget', foreign.token, 'https://notforeign.example', false],
        ['/widget', foreign.token, undefined, true],
      ];
      for (const [namespace, tokenGiven, origin, ok] of tries) {
        const socket = world.socket(namespace, { token: tokenGiven }, origin ? { origin } : {});
        if (ok) await socket.connected();
        else expect((await socket.refused()).message).toBe('PERMISSION_DENIED');
      }
    });

    it('is asked over websockets only', async () => {
      const polling = await fetch(`${world.url}/socket.io/?EIO=4&transport=polling`);
      expect(polling.status).toBe(400);
    });
  });

  describe('an end', () => {
    const ended = async (change: () => Promise<unknown>, auth: string): Promise<TestSocket> => {
      const socket = await operatorSocket({ token: auth });
      const started = Date.now();
      await change();
      await until(() => !socket.socket.connected, { what: 'the socket to be cut', timeoutMs: 2_000 });
      expect(Date.now() - started).toBeLessThan(2_000);
      expect(socket.told.at(-1)?.name).toBe('session.ended');
      return socket;
    };

    it('comes at once when an operator is disabled, and he is not let in again', async () => {
      const { id, token: own } = await world.operator({ [world.siteId]: 'operator' });
      await ended(() => world.admin.putOperator(id, { [world.siteId]: 'operator' }, { disabled: true }), own);
      expect((await world.socket('/operator', { token: own }).refused()).message).toBe('UNAUTHENTICATED');
    });

    it('comes when tokens are revoked, a role changes or a site is taken away', async () => {
      const changes: ((id: string) => Promise<void>)[] = [
        (id) => world.admin.putOperator(id, { [world.siteId]: 'operator' }, { tokenVersion: 2 }),
        (id) => world.admin.putOperator(id, { [world.siteId]: 'admin' }),
        (id) => world.admin.putOperator(id, {}),
      ];
      for (const change of changes) {
        const { id, token: own } = await world.operator({ [world.siteId]: 'operator' });
        await ended(() => change(id), own);
      }
    });

    it('comes with signing out, to the sockets of that login', async () => {
      const { id, token: own } = await world.operator({ [world.siteId]: 'operator' });
      const other = await operatorSocket();
      await ended(
        () => world.call('POST', '/api/auth/logout', { headers: { cookie: `beseda_refresh=s-${id}.1.mac` } }),
        own,
      );
      expect(other.socket.connected).toBe(true);
    });

    it('does not come from somebody who only knows the id of the login', async () => {
      const { id, token: own } = await world.operator({ [world.siteId]: 'operator' });
      const socket = await operatorSocket({ token: own });
      const cookie = `beseda_refresh=s-${id}.1.false`;
      expect((await world.call('POST', '/api/auth/logout', { headers: { cookie } })).status).toBe(204);
      const stranger = await world.operator({ [world.siteId]: 'operator' });
      const foreign = await world.call('DELETE', `/api/account/sessions/s-${id}`, { token: stranger.token });
      expect(foreign.status).toBe(204);
      world.dialogs.start(world.siteId, 'c9');
      await until(() => socket.events.length > 0, { what: 'the next event' });
      expect(socket.socket.connected).toBe(true);
    });

    it('does not come when a site is added: its events come too from then on', async () => {
      const { id, token: own } = await world.operator({ [world.siteId]: 'operator' });
      const socket = await operatorSocket({ token: own });
      await world.admin.putOperator(id, { [world.siteId]: 'operator', [world.foreignSiteId]: 'operator' });
      await until(
        async () => {
          world.dialogs.start(world.foreignSiteId, 'c8');
          return socket.events.length > 0;
        },
        { what: 'an event of the new site', everyMs: 50 },
      );
      expect(socket.socket.connected).toBe(true);
    });
  });

  describe('the token from before a sign-in', () => {
    const proven = (id: string, secretVersion = 1): Promise<string> =>
      signVisitor(world.keys, { siteId: world.siteId, contactId: id, secretVersion });
    const status = async (token: string): Promise<number> =>
      (await world.call('GET', '/api/widget/dialogs', { token })).status;
    const refused = async (token: string): Promise<void> => {
      await until(async () => (await status(token)) === 401, { what: 'the token to be refused' });
      expect((await world.socket('/widget', { token }).refused()).message).toBe('UNAUTHENTICATED');
      const dialogs = { dialogs: {} };
      expect((await world.call('POST', '/api/widget/resume', { token, body: dialogs })).status).toBe(401);
      expect((await world.call('GET', '/api/widget/dialogs/d/files/f', { token })).status).toBe(401);
    };

    it('opens nothing of the contact its own became part of', async () => {
      const visitor = await visitorSocket();
      const into = await world.visitor();
      const owner = world.socket('/widget', { token: await proven(into.id) });
      await owner.connected();
      const dialog = world.dialogs.start(world.siteId, into.id);
      await world.contacts.merge(world.siteId, visitor.id, into.id);
      await until(() => !visitor.socket.connected, { what: 'the socket to be cut' });
      world.dialogs.message(dialog, actor, 'for her alone');
      await until(() => seqs(owner, dialog.id).includes(2), { what: 'the event' });
      expect(visitor.events).toEqual([]);
      await refused(visitor.token);
    });

    it('is not enough for a contact that was proven, the new one is', async () => {
      const visitor = await visitorSocket();
      await world.contacts.verify(world.siteId, visitor.id);
      await until(() => !visitor.socket.connected, { what: 'the socket to be cut' });
      await refused(visitor.token);
      expect(await status(await proven(visitor.id))).toBe(200);
    });

    it('is refused too by a gateway that was not there when it happened', async () => {
      const bound = await world.visitor();
      world.contacts.contacts.set(bound.id, { ...world.contacts.contacts.get(bound.id)!, verified: true });
      const merged = await world.visitor();
      world.contacts.contacts.delete(merged.id);
      for (const { token } of [bound, merged]) await refused(token);
    });

    it('is refused in the same moment by the gateway that signed her in', async () => {
      const visitor = await world.visitor();
      const body = { userId: 'user', hmac: 'a'.repeat(64) };
      const { token } = visitor;
      expect((await world.call('POST', '/api/widget/auth', { token, body })).status).toBe(200);
      expect(await status(token)).toBe(401);
    });

    it('ends, proven, with the secret it was proven with', async () => {
      const { id } = await world.visitor();
      const token = await proven(id);
      const socket = world.socket('/widget', { token });
      await socket.connected();
      await world.admin.putSite({ ...world.admin.site(world.siteId), identitySecretVersion: 2 });
      await until(() => !socket.socket.connected, { what: 'the socket to be cut' });
      await refused(token);
      expect(await status(await proven(id, 2))).toBe(200);
    });
  });

  describe('presence of visitors', () => {
    it('is told when the first socket comes and the last one goes', async () => {
      const visitor = await world.visitor();
      const calls = () =>
        world.contacts.seen
          .filter(({ method }) => method === 'renewVisitorLeases')
          .map(({ request, siteId }) => ({
            ...(request as { contactIds: string[]; releasedContactIds: string[] }),
            siteId,
          }));
      const first = world.socket('/widget', { token: visitor.token });
      const second = world.socket('/widget', { token: visitor.token });
      await Promise.all([first.connected(), second.connected()]);
      await until(() => calls().some(({ contactIds }) => contactIds.includes(visitor.id)), { what: 'the lease' });
      expect(calls().at(-1)?.siteId).toBe(world.siteId);
      first.socket.disconnect();
      second.socket.disconnect();
      await until(() => calls().some(({ releasedContactIds }) => releasedContactIds.includes(visitor.id)), {
        what: 'the lease to be released',
      });
    });
  });

  it('counts sockets and measures how long events take', async () => {
    await operatorSocket();
    const { text } = await world.call('GET', '/metrics');
    expect(text).toMatch(/beseda_gateway_sockets\{namespace="operator"[^}]*\} [1-9]/);
    expect(text).toMatch(/beseda_gateway_event_seconds_count\{[^}]*\} [1-9]/);
  });
});
