import { adminV1, contactsV1, dialogsV1, routingV1 } from '@beseda/contracts';
import { describe, expect, it } from '@jest/globals';
import { type JWTPayload, SignJWT, decodeJwt } from 'jose';
import {
  type Actor,
  type KeyPurpose,
  type OperatorActor,
  Keys,
  PERMISSIONS,
  VISITOR_TOKEN_SECONDS,
  assertAllowed,
  isAllowed,
  scopeOf,
  signAccess,
  signActor,
  signVisitor,
  verifyAccess,
  verifyActor,
  verifyVisitor,
} from './index.js';

const keys = new Keys('a'.repeat(32));
const other = new Keys('b'.repeat(32));
const contact: Actor = { kind: 'contact', id: 'c1', siteId: 's1' };

describe('tokens', () => {
  it('carries an actor and refuses a foreign or damaged token', async () => {
    const token = await signActor(keys, contact);
    expect(await verifyActor(keys, token)).toEqual(contact);
    await expect(verifyActor(other, token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(verifyActor(keys, `${token}x`)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(verifyActor(keys, undefined)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('keeps purposes apart', async () => {
    const visitor = await signVisitor(keys, { siteId: 's1', contactId: 'c1' });
    expect(await verifyVisitor(keys, visitor)).toEqual({ siteId: 's1', contactId: 'c1' });
    expect(await verifyAccess(keys, visitor)).toBeUndefined();
    await expect(verifyActor(keys, visitor)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const access = await signAccess(keys, { operatorId: 'o1', sessionId: 'x', tokenVersion: 3 });
    expect(await verifyAccess(keys, access)).toMatchObject({ operatorId: 'o1', sessionId: 'x', tokenVersion: 3 });
    expect(await verifyVisitor(keys, access)).toBeUndefined();
  });

  const now = Math.floor(Date.now() / 1000);
  const made = (purpose: KeyPurpose, claims: JWTPayload): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(keys.get(purpose));

  it.each([
    ['without an end', { iat: now }],
    ['that ends in a year', { iat: now, exp: now + 365 * 24 * 3_600 }],
    ['without a beginning', { exp: now + 60 }],
    ['of the future', { iat: now + 60, exp: now + 60 }],
    ['that is over', { iat: now - 120, exp: now - 60 }],
  ])('refuses a token %s', async (fault, times) => {
    const access = { sub: 'o1', sid: 'x', ver: 1 };
    const visitor = { siteId: 's', contactId: 'c' };
    await expect(verifyActor(keys, await made('actor', { actor: contact, ...times }))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    expect(await verifyAccess(keys, await made('access', { ...access, ...times }))).toBeUndefined();
    // Visitors' tokens were made without an end once.
    if (fault !== 'without an end')
      expect(await verifyVisitor(keys, await made('visitor', { ...visitor, ...times }))).toBeUndefined();
    // The same, made as it should be, is taken.
    expect(await verifyAccess(keys, await made('access', { ...access, iat: now, exp: now + 600 }))).toBeDefined();
  });

  it('takes no actor that is none, whoever signed it', async () => {
    const operator = { kind: 'operator', id: 'o1', siteId: 's1', role: 'admin' };
    const times = { iat: now, exp: now + 60 };
    expect(await verifyActor(keys, await made('actor', { actor: operator, ...times }))).toEqual(operator);
    const damaged = [
      { ...operator, siteId: { $ne: '' } },
      { ...operator, siteId: undefined },
      { ...operator, id: { $gt: '' } },
      { ...operator, id: '' },
      { ...operator, role: 'owner' },
      { ...operator, visibility: { $in: [] } },
      { ...operator, noContactExport: 'no' },
      { ...contact, siteId: ['s1'] },
      { kind: 'service', id: 'gateway', siteId: null },
      { kind: 'root', id: 'x', siteId: 's1' },
      'operator',
    ];
    for (const actor of damaged)
      await expect(verifyActor(keys, await made('actor', { actor, ...times }))).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
  });

  it('types every claim of access and visitor tokens', async () => {
    const times = { iat: now, exp: now + 60 };
    for (const wrong of [{ sid: {} }, { ver: '1' }, { ver: 1.5 }, { sub: '' }])
      expect(await verifyAccess(keys, await made('access', { sub: 'o', sid: 's', ver: 1, ...times, ...wrong }))).toBe(
        undefined,
      );
    for (const wrong of [{ siteId: { $ne: '' } }, { contactId: ['c'] }, { secretVersion: 'yes' }])
      expect(
        await verifyVisitor(keys, await made('visitor', { siteId: 's', contactId: 'c', ...times, ...wrong })),
      ).toBeUndefined();
  });

  it('ends a visitor token that was not used for half a year', async () => {
    const old = { siteId: 's', contactId: 'c', iat: now - VISITOR_TOKEN_SECONDS - 60 };
    expect(await verifyVisitor(keys, await made('visitor', { ...old, exp: now + 60 }))).toBeUndefined();
    const token = await signVisitor(keys, { siteId: 's', contactId: 'c', secretVersion: 2 });
    expect(await verifyVisitor(keys, token)).toEqual({ siteId: 's', contactId: 'c', secretVersion: 2 });
    expect(decodeJwt(token).exp).toBeGreaterThanOrEqual(now + VISITOR_TOKEN_SECONDS);
  });

  it('refuses a short secret', () => {
    expect(() => new Keys('short')).toThrow('at least 32');
  });
});

describe('permissions', () => {
  const methods = [
    dialogsV1.DialogsServiceService,
    contactsV1.ContactsServiceService,
    adminV1.AuthServiceService,
    adminV1.AdminServiceService,
    adminV1.AccountServiceService,
    adminV1.LibraryServiceService,
    adminV1.SystemServiceService,
    adminV1.SettingsServiceService,
    routingV1.RoutingServiceService,
  ]
    .flatMap((service) => Object.values(service))
    .map((method) => method.path);

  it('has a row for every gRPC method and none for others', () => {
    expect(Object.keys(PERMISSIONS).sort()).toEqual([...methods].sort());
  });

  it('refuses what has no row, a weaker role and another service', () => {
    const operator: Actor = { kind: 'operator', id: 'o1', siteId: 's1', role: 'operator' };
    expect(isAllowed('/beseda.dialogs.v1.DialogsService/Nothing', operator)).toBe(false);
    expect(isAllowed('/beseda.admin.v1.AdminService/CreateSite', operator)).toBe(false);
    expect(isAllowed('/beseda.admin.v1.AdminService/CreateSite', { ...operator, role: 'superadmin' })).toBe(true);
    expect(isAllowed('/beseda.contacts.v1.ContactsService/OpenSession', { kind: 'service', id: 'dialogs' })).toBe(
      false,
    );
    expect(() => assertAllowed('/beseda.dialogs.v1.DialogsService/AddNote', contact)).toThrow('may not');
  });

  it('gives a contact a scope of its own', () => {
    expect(scopeOf(contact)).toEqual({ siteId: 's1', contactId: 'c1' });
    expect(() => scopeOf({ kind: 'service', id: 'dialogs' })).toThrow('must name the site');
  });

  it('gives an operator who does not see all dialogs a scope that says so', () => {
    const operator: OperatorActor = { kind: 'operator', id: 'o1', siteId: 's1', role: 'operator' };
    expect(scopeOf(operator)).toEqual({ siteId: 's1' });
    expect(scopeOf({ ...operator, visibility: 'all' })).toEqual({ siteId: 's1' });
    expect(scopeOf({ ...operator, visibility: 'own' })).toEqual({
      siteId: 's1',
      viewer: { operatorId: 'o1', visibility: 'own' },
    });
  });
});
