import { type ManagedOperator } from '@beseda/api';
import { sendProblem as problem } from '@beseda/testing';
import { type Express, type Request, type Response } from 'express';
import multer from 'multer';
import { type Server as SocketServer } from 'socket.io';
import { type PresenceState } from '../src/app/core/model.ts';
import { PEOPLE, TEAMS, invitation, person, type StoredPerson, type StoredTeam } from './stand-in-people-seed.ts';
import { type StandInStore } from './stand-in-store.ts';

/** Operators, teams, presence and mail of the stand-in. */
export class People {
  readonly items: StoredPerson[] = structuredClone([...PEOPLE]);
  readonly teams: StoredTeam[] = structuredClone([...TEAMS]);
  /** How the next invitations fare; `kept` goes with {@link mailServer} off. */
  mails: 'sent' | 'failed' = 'sent';
  mailServer = true;
  /** Tells the console that something changed. */
  changed: (kind: string, id: string, version: number) => void = () => undefined;
  presenceChanged: (operatorId: string, state: PresenceState) => void = () => undefined;
  n = 0;

  find(id: string): StoredPerson | undefined {
    return this.items.find((one) => one.id === id);
  }

  shape(one: StoredPerson): ManagedOperator {
    return { ...one, teamIds: this.teams.filter((team) => team.operatorIds.includes(one.id)).map((team) => team.id) };
  }

  invitation(): ReturnType<typeof invitation> {
    if (!this.mailServer) return invitation('kept', `2026-05-22-invitation-${(this.n += 1)}.eml`);
    return this.mails === 'sent' ? invitation('sent') : invitation('failed', '550 No such mailbox');
  }

  setTeams(id: string, teamIds: readonly string[]): void {
    for (const team of this.teams) {
      team.operatorIds = team.operatorIds.filter((one) => one !== id);
      if (teamIds.includes(team.id)) team.operatorIds.push(id);
    }
  }

  /** Somebody else changes an operator. */
  edit(id: string, change: Partial<StoredPerson>): void {
    const one = this.find(id);
    if (!one) return;
    Object.assign(one, change, { version: one.version + 1 });
    this.changed('operator', id, one.version);
  }

  lastSuperadmin(one: StoredPerson): boolean {
    return one.role === 'superadmin' && !this.items.some((other) => other !== one && other.role === 'superadmin');
  }
}

export function peopleRoutes(app: Express, io: SocketServer, store: StandInStore): People {
  const people = new People();
  const siteId = store.sites[0]?.id;
  const emit = (name: string, body: object): void => void io.of('/operator').emit(name, { siteId, ...body });
  people.changed = (kind, id, version) => emit('settings.changed', { kind, id, version });
  people.presenceChanged = (operatorId, state) =>
    emit('presence', { operatorId, state, since: new Date().toISOString() });
  listRoutes(app, people);
  changeRoutes(app, people);
  teamRoutes(app, people);
  app.post('/api/sites', (req, res) => {
    const id = `site-${(people.n += 1)}`;
    store.sites.push({ id, name: String(req.body.name), role: 'superadmin', domains: [], avatarUrl: null });
    res.status(201).json({ siteId: id });
  });
  return people;
}

function listRoutes(app: Express, people: People): void {
  app.get('/api/sites/:s/operators', (_req, res) => {
    const items = people.items.map(({ id, name, internalName, email, role, avatarUrl, disabled, invited }) => {
      return { id, name, internalName, email, role, avatarUrl, disabled, invited };
    });
    res.json({ items });
  });
  app.get('/api/sites/:s/operators/manage', (_req, res) => {
    res.json({ items: people.items.map((one) => people.shape(one)) });
  });
  app.get('/api/sites/:s/presence', (_req, res) => {
    const known = people.items.filter((one) => one.presence && !one.disabled);
    res.json({ items: known.map((one) => ({ operatorId: one.id, ...one.presence })) });
  });
  app.get('/api/sites/:s/mail', (_req, res) => {
    res.json({ server: people.mailServer, from: 'Беседа <beseda@lesnaya-tropa.example>' });
  });
}

function changeRoutes(app: Express, people: People): void {
  const base = '/api/sites/:s/operators';
  const found = (req: Request, res: Response): StoredPerson | undefined => {
    const one = people.find(String(req.params['o']));
    if (!one) problem(res, 404, 'NOT_FOUND');
    return one;
  };
  app.post(base, (req, res) => {
    const { teamIds, email, name, locale: _mail, ...rest } = req.body as Record<string, unknown>;
    if (people.items.some((one) => one.email === email))
      return problem(res, 409, 'ALREADY_EXISTS', [['email', 'already_exists']]);
    const id = `op-new-${(people.n += 1)}`;
    const made = people.invitation();
    const fresh = { id, name: String(name), email: String(email), invited: true, invitation: made };
    people.items.push(person({ ...rest, ...fresh, presence: null, lastSignInAt: null }));
    people.setTeams(id, (teamIds ?? []) as string[]);
    people.changed('operator', id, 1);
    res.status(201).json({ operatorId: id, invitation: made });
  });
  app.patch(`${base}/:o`, (req, res) => {
    const one = found(req, res);
    if (!one) return;
    const { version, teamIds, secondFactor, ...change } = req.body as Record<string, unknown>;
    if (version !== undefined && version !== one.version)
      return problem(res, 409, 'ABORTED', [['version', 'stale_version']]);
    const weaker = 'role' in change && change['role'] !== 'superadmin';
    if (people.lastSuperadmin(one) && (weaker || change['disabled'] === true))
      return problem(res, 409, 'FAILED_PRECONDITION', [[weaker ? 'role' : 'disabled', 'last_superadmin']]);
    Object.assign(one, change, { version: one.version + 1 });
    if (secondFactor === false) one.secondFactor = false;
    if (teamIds) people.setTeams(one.id, teamIds as string[]);
    res.json(people.shape(one));
  });
  app.delete(`${base}/:o`, (req, res) => {
    const one = found(req, res);
    if (!one) return;
    if (people.lastSuperadmin(one)) return problem(res, 409, 'FAILED_PRECONDITION', [['role', 'last_superadmin']]);
    people.items.splice(people.items.indexOf(one), 1);
    res.status(204).end();
  });
  app.post(`${base}/:o/invite`, (req, res) => {
    const one = found(req, res);
    if (!one) return;
    one.invitation = people.invitation();
    res.json({ invitation: one.invitation });
  });
  app.put(`${base}/:o/avatar`, multer().single('file'), (req, res) => {
    const one = found(req, res);
    if (!one || !req.file) return;
    one.avatarUrl = `data:${req.file.mimetype};base64,${req.file.buffer.toString('base64')}`;
    one.version += 1;
    res.json(people.shape(one));
  });
  app.delete(`${base}/:o/avatar`, (req, res) => {
    const one = found(req, res);
    if (!one) return;
    Object.assign(one, { avatarUrl: null, version: one.version + 1 });
    res.json(people.shape(one));
  });
}

function teamRoutes(app: Express, people: People): void {
  const base = '/api/sites/:s/teams';
  app.get(base, (_req, res) => void res.json({ items: people.teams }));
  app.post(base, (req, res) => {
    const { name, operatorIds } = req.body as { name: string; operatorIds: string[] };
    if (people.teams.some((team) => team.name === name))
      return problem(res, 409, 'ALREADY_EXISTS', [['name', 'already_exists']]);
    const team = { id: `team-${(people.n += 1)}`, name, operatorIds, version: 1 };
    people.teams.push(team);
    res.status(201).json({ teamId: team.id, version: 1 });
  });
  app.patch(`${base}/:t`, (req, res) => {
    const team = people.teams.find((one) => one.id === req.params.t);
    if (!team) return problem(res, 404, 'NOT_FOUND');
    const { version, ...change } = req.body as Record<string, unknown>;
    if (version !== undefined && version !== team.version)
      return problem(res, 409, 'ABORTED', [['version', 'stale_version']]);
    Object.assign(team, change, { version: team.version + 1 });
    res.json({ version: team.version });
  });
  app.delete(`${base}/:t`, (req, res) => {
    const at = people.teams.findIndex((one) => one.id === req.params.t);
    if (at >= 0) people.teams.splice(at, 1);
    res.status(204).end();
  });
}
