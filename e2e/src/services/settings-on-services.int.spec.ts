import { randomBytes } from 'node:crypto';
import {
  type TempDir,
  type TestKafka,
  kafkaSkipped,
  seededRandom,
  startTestKafka,
  tempDir,
  until,
} from '@beseda/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HttpProblem, Operator, Visitor, call } from '../support/api.js';
import { SEED, rounds } from '../support/rounds.js';
import { Databases } from './admin-database.js';
import { BACK_MS, type ServicesProduct, startServices } from './product.js';
import { Changes, type Target, Watch, within } from './watch.js';

/** How often all of `admin` is killed while settings are being changed; `npm run faults` does it twenty times. */
const ROUNDS = rounds('BESEDA_SETTINGS_ROUNDS', 2);
/** Somebody who may no longer work is out within this time; ms. */
const OUT_MS = 2_000;
/** A change is used everywhere within this time; ms. */
const USED_MS = 1_000;
/** Operators of a killed gateway are offline within this time; ms. */
const GONE_MS = 30_000;
/** Settings changed while a service is away. */
const MISSED = 50;
const PASSWORD = 'a long enough password';
/** Calls in a row that reach every replica behind a gateway. */
const EVERY_REPLICA = 4;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const statusOf = (work: Promise<unknown>): Promise<number> =>
  work.then(
    () => 200,
    (error: unknown) => (error instanceof HttpProblem ? error.status : 0),
  );

interface ColleagueJson {
  id: string;
  name: string;
}

(kafkaSkipped ? describe.skip : describe)(`settings on many processes (seed ${SEED})`, () => {
  const prefix = `settings${randomBytes(4).toString('hex')}_`;
  let data: TempDir;
  let kafka: TestKafka;
  let product: ServicesProduct;
  let databases: Databases;
  /** The first superadmin, through each gateway. */
  let owners: Operator[];
  let owner: Operator;
  const watches: Watch[] = [];

  beforeAll(async () => {
    data = await tempDir();
    kafka = await startTestKafka();
    const replicas = 'admin=3,contacts=2,dialogs=2,routing=2,gateway=2';
    const env = { LOG_LEVEL: 'info' };
    product = await startServices({ dataDir: data.path, brokers: kafka.brokers, prefix, replicas, env });
    databases = await Databases.open(data.path, prefix);
    owners = await Promise.all([gateway(0), gateway(1)].map((url) => Operator.login(url, product.ready.siteId)));
    owner = owners[0] as Operator;
  }, 240_000);

  afterAll(async () => {
    watches.forEach((watch) => watch.close());
    await databases?.close();
    await product?.stop();
    await kafka?.stop();
    await data?.remove();
  }, 30_000);

  const gateway = (i: number): string => product.ready.urls[i] ?? '';
  const open = async (operator: Operator): Promise<Watch> => {
    const watch = await Watch.open(operator);
    watches.push(watch);
    return watch;
  };
  const login = (i: number, name: string): Promise<Operator> =>
    Operator.login(gateway(i), owner.siteId, { email: `${name}@example.test`, password: PASSWORD });
  /** A new operator, signed in through a gateway that has heard of him. */
  const colleague = async (name: string, i = 0, more: object = {}): Promise<Operator> => {
    const body = { email: `${name}@example.test`, name, role: 'operator', password: PASSWORD, ...more };
    await owner.send('POST', 'operators', body);
    return until(() => login(i, name), { what: `${name} to be known` });
  };
  const change = (operator: Operator, body: object): Promise<unknown> =>
    owner.send('PATCH', `operators/${operator.id}`, body);
  const written = async (text: string): Promise<string> =>
    (await (await Visitor.open(gateway(0), owner.siteId)).send(text)).dialogId;
  const elsewhere = (operator: Operator, i: number): Promise<unknown> =>
    call(`${gateway(i)}/api/sites/${operator.siteId}/dialogs?limit=1`, 'GET', operator.token);
  const refusedByBoth = (operator: Operator): Promise<void> =>
    within(
      OUT_MS,
      'the refusal by both gateways',
      [0, 1].map((i) => async () => (await statusOf(elsewhere(operator, i))) === 401),
    );
  const colourOn = async (i: number): Promise<string> =>
    (
      await call<{ settings: { color: string } }>(`${gateway(i)}/api/widget/sessions`, 'POST', undefined, {
        siteId: owner.siteId,
      })
    ).settings.color;
  const sees = (operator: Operator, i: number, dialogId: string): Promise<number> =>
    statusOf(call(`${gateway(i)}/api/sites/${operator.siteId}/dialogs/${dialogId}`, 'GET', operator.token));
  /** Each replica of dialogs, behind each gateway, says so. */
  const onAll = (probe: (i: number) => Promise<boolean>): (() => Promise<boolean>)[] =>
    [0, 1].flatMap((i) => Array.from({ length: EVERY_REPLICA }, () => () => probe(i)));

  describe('a start of all replicas on an empty database', () => {
    it.each(['admin', 'contacts', 'dialogs', 'routing'])('every migration of %s ran once', async (service) => {
      const versions = await databases.migrations(service);
      expect(versions.length).toBeGreaterThan(0);
      expect(versions.toSorted()).toEqual(versions.map((_, index) => index + 1));
      const runs = product
        .output()
        .split('\n')
        .filter((line) => line.includes('"migration done"') && line.includes(`${prefix}beseda_${service}"`));
      expect(runs).toHaveLength(versions.length);
    });

    it('sites made at once through both gateways have different numbers', async () => {
      const made = await Promise.all(
        Array.from({ length: 8 }, (_, n) => {
          const { url, token } = owners[n % 2] as Operator;
          return call<{ siteId: string }>(`${url}/api/sites`, 'POST', token, { name: `Сайт ${n}` });
        }),
      );
      const numbers = await Promise.all(
        [owner.siteId, ...made.map(({ siteId }) => siteId)].map(async (siteId) => {
          const url = `${owner.url}/api/sites/${siteId}/settings`;
          return (await until(() => call<{ number: number }>(url, 'GET', owner.token), { what: 'the site' })).number;
        }),
      );
      expect(numbers.every((number) => Number.isInteger(number) && number > 0)).toBe(true);
      expect(new Set(numbers).size).toBe(9);
    }, 30_000);
  });

  describe('who may no longer work', () => {
    it('somebody disabled through one gateway is out of the other', async () => {
      const victim = await colleague('disabled', 1);
      const { socket } = await open(victim);
      await change(victim, { disabled: true });
      await until(() => socket.disconnected, { what: 'the end of the socket', timeoutMs: OUT_MS });
      await refusedByBoth(victim);
    }, 30_000);

    it('a session ended from another device is out of the other gateway', async () => {
      const victim = await colleague('two-devices', 1);
      const { socket } = await open(victim);
      const other = await login(0, 'two-devices');
      await call(`${gateway(0)}/api/account/sessions`, 'DELETE', other.token);
      await until(() => socket.disconnected, { what: 'the end of the socket', timeoutMs: OUT_MS });
      await refusedByBoth(victim);
      expect(await statusOf(elsewhere(other, 1))).toBe(200);
    }, 30_000);

    it('a session that signs out through one gateway is out of the other', async () => {
      await colleague('leaves', 1);
      const answer = await fetch(`${gateway(0)}/api/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: 'leaves@example.test', password: PASSWORD }),
      });
      const { accessToken } = (await answer.json()) as { accessToken: string };
      const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
      const victim = Object.assign(await login(1, 'leaves'), { token: accessToken });
      const { socket } = await open(victim);
      await fetch(`${gateway(0)}/api/auth/logout`, { method: 'POST', headers: { cookie } });
      await until(() => socket.disconnected, { what: 'the end of the socket', timeoutMs: OUT_MS });
      await refusedByBoth(victim);
    }, 30_000);
  });

  describe('a change is used by every process within a second', () => {
    it('the colour of the chat', async () => {
      await owner.send('PATCH', 'settings', { version: 0, widget: { color: '#135724' } });
      await within(
        USED_MS,
        'the colour',
        [0, 1].map((i) => async () => (await colourOn(i)) === '#135724'),
      );
    }, 30_000);

    it('the visibility of an operator', async () => {
      const narrow = await colleague('narrow', 1);
      const dialogId = await written('чужой вопрос');
      await owner.send('PUT', `dialogs/${dialogId}/assignee`, { operatorId: owner.id });
      for (const [visibility, status] of [
        ['own', 404],
        ['all', 200],
      ] as const) {
        await change(narrow, { visibility });
        const probes = onAll(async (i) => (await sees(narrow, i, dialogId)) === status);
        await within(USED_MS, `the visibility ${visibility}`, probes);
      }
    }, 30_000);

    it('who belongs to a team', async () => {
      const mate = await colleague('mate');
      const member = await colleague('member', 1, { visibility: 'team' });
      const dialogId = await written('вопрос коллеге');
      await owner.send('PUT', `dialogs/${dialogId}/assignee`, { operatorId: mate.id });
      const { teamId } = await owner.send<{ teamId: string }>('POST', 'teams', { name: 'Склад', operatorIds: [] });
      for (const [operatorIds, status] of [
        [[mate.id, member.id], 200],
        [[mate.id], 404],
      ] as const) {
        await owner.send('PATCH', `teams/${teamId}`, { operatorIds });
        const probes = onAll(async (i) => (await sees(member, i, dialogId)) === status);
        await within(USED_MS, `a team of ${operatorIds.length}`, probes);
      }
    }, 30_000);

    it('the name of a tag, in dialogs that have it and in those that get it by its former name', async () => {
      const tag = await owner.send<{ id: string }>('POST', 'tags', { name: 'палатки' });
      const [had, gets] = [await written('про палатку'), await written('про две палатки')];
      await owner.send('PUT', `dialogs/${had}/tags`, { tags: ['палатки'] });
      await owner.send('PATCH', `tags/${tag.id}`, { version: 0, name: 'тенты' });
      const tagsOf = async (i: number, id: string): Promise<string[]> =>
        (await (owners[i] as Operator).get<{ tags: string[] }>(`dialogs/${id}`)).tags;
      const probes = onAll(async (i) => (await tagsOf(i, had)).join() === 'тенты');
      await within(USED_MS, 'the new name', probes);
      await (owners[1] as Operator).send('PUT', `dialogs/${gets}/tags`, { tags: ['палатки'] });
      expect(await tagsOf(0, gets)).toEqual(['тенты']);
    }, 30_000);
  });

  describe('a service that was away has the newest a second after it is ready', () => {
    it('a gateway', async () => {
      product.hold('gateway-2');
      for (let n = 1; n <= MISSED; n++) {
        const color = `#${n.toString(16).padStart(6, '0')}`;
        await owner.send('PATCH', 'settings', { version: 0, widget: { color } });
      }
      await product.strike('gateway-2', 'SIGKILL');
      await within(USED_MS, 'the last colour', [async () => (await colourOn(1)) === '#000032']);
    }, 60_000);

    it('dialogs', async () => {
      const mate = await colleague('away-mate');
      const member = await colleague('away-member', 1, { visibility: 'team' });
      const dialogId = await written('вопрос перед остановкой');
      await owner.send('PUT', `dialogs/${dialogId}/assignee`, { operatorId: mate.id });
      const tag = await owner.send<{ id: string }>('POST', 'tags', { name: 'до' });
      const { teamId } = await owner.send<{ teamId: string }>('POST', 'teams', { name: 'Смена', operatorIds: [] });
      const replicas = product.replicasOf('dialogs');
      replicas.forEach((replica) => product.hold(replica));
      for (let n = 1; n <= MISSED / 2; n++) {
        await owner.send('PATCH', `teams/${teamId}`, { operatorIds: n % 2 ? [mate.id, member.id] : [mate.id] });
        await owner.send('PATCH', `tags/${tag.id}`, { version: 0, name: `после ${n}` });
      }
      await Promise.all(replicas.map((replica) => product.strike(replica, 'SIGKILL')));
      await within(
        USED_MS,
        'the last team',
        onAll(async (i) => (await sees(member, i, dialogId)) === 200),
      );
      const { tags } = await owner.send<{ tags: string[] }>('PUT', `dialogs/${dialogId}/tags`, { tags: ['до'] });
      expect(tags).toEqual([`после ${MISSED / 2}`]);
    }, 90_000);
  });

  describe('presence', () => {
    const stateOn = async (i: number, { id }: Operator): Promise<string[]> => {
      const { url, siteId, token } = owners[i] as Operator;
      const { items } = await call<{ items: { operatorId: string; state: string }[] }>(
        `${url}/api/sites/${siteId}/presence`,
        'GET',
        token,
      );
      return items.flatMap(({ operatorId, state }) => (operatorId === id ? [state] : []));
    };
    const shown = (operator: Operator, state: string, timeoutMs: number): Promise<void> =>
      within(
        timeoutMs,
        `${state} on both gateways`,
        [0, 1].map((i) => async () => (await stateOn(i, operator)).join() === state),
      );

    it('somebody on two gateways is one person, there until the last of them closes', async () => {
      const both = await colleague('both', 0);
      const first = await open(both);
      const second = await open(await login(1, 'both'));
      const witness = await open(owners[1] as Operator);
      await shown(both, 'online', 5_000);
      first.close();
      await pause(7_000);
      expect(await stateOn(1, both)).toEqual(['online']);
      second.close();
      await shown(both, 'offline', 15_000);
      const told = witness.presence.filter(({ operatorId }) => operatorId === both.id);
      expect(told.filter(({ state }) => state === 'offline')).toHaveLength(1);
    }, 60_000);

    it('kill -9 of a gateway: its operators are offline on the other in time, a chosen status stays', async () => {
      const [lost, away] = [await colleague('lost', 1), await colleague('chose-away', 1)];
      await open(lost);
      await open(away);
      await call(`${gateway(1)}/api/account/status?siteId=${owner.siteId}`, 'PUT', away.token, { status: 'away' });
      await shown(lost, 'online', 5_000);
      await shown(away, 'away', 5_000);
      const began = performance.now();
      await product.strike('gateway-2', 'SIGKILL');
      const left = (): number => GONE_MS - (performance.now() - began);
      await within(left(), 'both to be offline', [
        async () => (await stateOn(0, lost)).join() === 'offline',
        async () => (await stateOn(0, away)).join() === 'offline',
      ]);
      await open(await login(0, 'chose-away'));
      await shown(away, 'away', 5_000);
      await open(await login(0, 'lost'));
      await shown(lost, 'online', 5_000);
    }, 90_000);
  });

  describe('kill -9 of every admin between storing and publishing', () => {
    const labelled = async (): Promise<Target[]> => {
      const operator = await colleague('renamed');
      const { teamId } = await owner.send<{ teamId: string }>('POST', 'teams', { name: 'Имя', operatorIds: [] });
      const tag = await owner.send<{ id: string }>('POST', 'tags', { name: 'имя' });
      const list = async (path: string, id: string): Promise<{ version: number; label: string }> => {
        const { items } = await owner.get<{ items: (ColleagueJson & { version: number })[] }>(path);
        const { version = 0, name = '' } = items.find((item) => item.id === id) ?? {};
        return { version, label: name };
      };
      const byName = (name: string): object => ({ version: 0, name });
      return [
        {
          ...{ kind: 'site', id: owner.siteId, path: 'settings', body: byName },
          read: async () => {
            const { version, name } = await owner.get<{ version: number; name: string }>('settings');
            return { version, label: name };
          },
        },
        {
          ...{ kind: 'operator', id: operator.id, path: `operators/${operator.id}` },
          body: (name) => ({ name }),
          read: () => list('operators/manage', operator.id),
        },
        {
          ...{ kind: 'team', id: teamId, path: `teams/${teamId}`, body: byName },
          read: () => list('teams', teamId),
        },
        { ...{ kind: 'tag', id: tag.id, path: `tags/${tag.id}`, body: byName }, read: () => list('tags', tag.id) },
      ];
    };

    it(
      `${ROUNDS} rounds: every acknowledged change reaches both gateways, no version goes back`,
      async () => {
        const random = seededRandom(`${SEED}/settings`);
        const targets = await labelled();
        const seen = await Promise.all(owners.map(open));
        let between = 0;
        let acknowledged = 0;
        for (let round = 0; round < ROUNDS; round++) {
          const writers = targets.map((target) => new Changes(target, owners, `${target.kind}${round}`));
          await pause(random.int(100, 1_000));
          await until(() => databases.unpublished(), { what: 'a change that is not published', everyMs: 1 });
          await pause(random.int(0, 5));
          // Nobody changes anything afterwards: a later change would publish what the restart forgot.
          const silence = Promise.all(writers.map((writer) => writer.stop()));
          const back = Promise.all(product.replicasOf('admin').map((replica) => product.strike(replica, 'SIGKILL')));
          if ((await databases.unpublished()) > 0) between++;
          for (const took of await back) expect(took).toBeLessThan(BACK_MS);
          await silence;
          for (const { target, acknowledged: told } of writers) {
            acknowledged += told.length;
            const versions = told.map(({ version }) => version);
            expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
            const stored = await target.read(owner);
            const last = told.at(-1);
            if (last) expect(stored.version).toBeGreaterThanOrEqual(last.version);
            if (last?.version === stored.version) expect(stored.label).toBe(last.label);
            const what = `${target.kind} ${stored.version} on both gateways, round ${round}`;
            await until(() => seen.every((watch) => watch.versionOf(target.kind, target.id) === stored.version), {
              timeoutMs: 10_000,
              what,
            });
          }
        }
        expect(seen.flatMap(({ wentBack }) => wentBack)).toEqual([]);
        expect(acknowledged).toBeGreaterThan(ROUNDS);
        // Else the moments were never the ones this is about.
        expect(between).toBeGreaterThan(0);
      },
      ROUNDS * 20_000 + 60_000,
    );
  });
});
