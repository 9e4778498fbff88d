import { adminV1, contactsV1, dialogsV1, routingV1 } from '@beseda/contracts';
import { describe, expect, it } from '@jest/globals';
import {
  type Actor,
  type OperatorActor,
  Keys,
  PERMISSIONS,
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
