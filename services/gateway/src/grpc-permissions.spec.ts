import { readFileSync, readdirSync } from 'node:fs';
import { type Actor, Keys, PERMISSIONS, signActor } from '@beseda/auth';
import * as allContracts from '@beseda/contracts';
import type { GrpcServiceDefinition } from '@beseda/contracts';
import { ACTOR_METADATA, ActorGuard } from '@beseda/grpc';
import { describe, expect, it } from '@jest/globals';
import { Metadata } from '@grpc/grpc-js';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';

const keys = new Keys('k'.repeat(40));
const siteId = 's';
const operator = (role: 'operator' | 'admin' | 'superadmin'): Actor => ({ kind: 'operator', id: 'o', siteId, role });

/** Everybody who may come, one of each kind. */
const ACTORS = {
  contact: { kind: 'contact', id: 'c', siteId },
  operator: operator('operator'),
  'restricted operator': { kind: 'operator', id: 'o', siteId, role: 'operator', visibility: 'own' },
  admin: operator('admin'),
  superadmin: operator('superadmin'),
  gateway: { kind: 'service', id: 'gateway' },
  contacts: { kind: 'service', id: 'contacts' },
  dialogs: { kind: 'service', id: 'dialogs' },
  routing: { kind: 'service', id: 'routing' },
  admins: { kind: 'service', id: 'admin' },
} as const satisfies Record<string, Actor>;
type Who = keyof typeof ACTORS;

const SERVICES: Who[] = ['gateway', 'contacts', 'dialogs', 'routing', 'admins'];
const ADMINS: Who[] = ['admin', 'superadmin'];
const OPERATORS: Who[] = ['operator', 'restricted operator', ...ADMINS];

/**
 * Who may call what, written a second time and by method, so that a slip in the table of `libs/auth` is seen: it has rows by
 * permission, this has the callers that must get through.
 */
const EXPECTED: Record<string, Record<string, Who[]>> = {
  'dialogs.v1.DialogsService': {
    ...each(['PostMessage', 'GetDialog', 'ListDialogs', 'ListEvents', 'Resume'], ['contact', ...OPERATORS]),
    ...each(['AddNote', 'SetTags', 'Assign', 'CloseDialog', 'ReopenDialog', 'MarkRead'], OPERATORS),
    ...each(['CountDialogs', 'CountDialogsBy', 'ListChanges'], OPERATORS),
    RecordReceipt: ['contact'],
    ReadEvents: SERVICES,
  },
  'contacts.v1.ContactsService': {
    ...each(['Identify', 'Authenticate', 'Track', 'RecordPageView'], ['contact']),
    GetContact: ['contact', ...OPERATORS],
    UpdateContact: OPERATORS,
    ...each(['OpenSession', 'RenewVisitorLeases'], ['gateway']),
  },
  'routing.v1.RoutingService': {
    RenewOperatorLeases: ['gateway'],
    SetStatus: OPERATORS,
    ListPresence: [...OPERATORS, 'gateway'],
  },
  'admin.v1.AuthService': each(
    [
      ...['Login', 'ContinueLogin', 'Refresh', 'Logout', 'RequestPasswordReset', 'ResetPassword'],
      ...['GetSignInOptions', 'StartSingleSignOn', 'FinishSingleSignOn'],
    ],
    ['gateway'],
  ),
  'admin.v1.AccountService': each(
    [
      ...['GetAccount', 'UpdateAccount', 'ChangePassword', 'ListSessions', 'EndSessions', 'StartSecondFactor'],
      ...['ConfirmSecondFactor', 'StopSecondFactor', 'RenewRecoveryCodes'],
    ],
    OPERATORS,
  ),
  'admin.v1.AdminService': {
    CreateSite: ['superadmin'],
    ...each(['GetSite', 'UpdateSite', 'RotateIdentitySecret', 'GetMailStatus'], ADMINS),
    ...each(['CreateOperator', 'ListOperators', 'UpdateOperator', 'InviteAgain', 'RemoveOperator'], ADMINS),
    ...each(['CreateTeam', 'UpdateTeam', 'DeleteTeam'], ADMINS),
    GetIdentitySecret: [...ADMINS, 'contacts'],
    RecordWidgetSeen: ['gateway'],
  },
  'admin.v1.LibraryService': {
    ...each(
      ['ListSavedReplies', 'CreateSavedReplies', 'UpdateSavedReply', 'DeleteSavedReplies', 'ListTags'],
      OPERATORS,
    ),
    ...each(['OrderSavedReplies', 'ImportSavedReplies', 'ExportSavedReplies'], ADMINS),
    ...each(['CreateTag', 'UpdateTag', 'MergeTags', 'DeleteTag', 'GetHours', 'UpdateHours'], ADMINS),
    ...each(['ListCountryHolidays', 'ListHolidayCountries'], ADMINS),
  },
  'admin.v1.SystemService': {
    ...each(['ListApiKeys', 'CreateApiKey', 'RevokeApiKey', 'ListAudit', 'ExportAudit'], ADMINS),
    ...each(['GetAuditRetention', 'SetAuditRetention'], ADMINS),
    ...each(['GetLicence', 'SetLicence'], ['superadmin']),
    VerifyApiKey: ['gateway'],
  },
  'admin.v1.SettingsService': { Snapshot: SERVICES },
};

/** Methods whose owner looks at the request besides: who asks decides what it may contain, or which items it reaches. */
const RULES_INSIDE = [
  ...['dialogs.v1.DialogsService/ListDialogs', 'dialogs.v1.DialogsService/GetDialog'],
  ...['dialogs.v1.DialogsService/PostMessage', 'dialogs.v1.DialogsService/Assign'],
  ...['admin.v1.AdminService/CreateOperator', 'admin.v1.AdminService/UpdateOperator'],
  ...['admin.v1.AdminService/RemoveOperator', 'admin.v1.AdminService/InviteAgain'],
  ...['admin.v1.LibraryService/ListSavedReplies', 'admin.v1.LibraryService/CreateSavedReplies'],
  ...['admin.v1.LibraryService/UpdateSavedReply', 'admin.v1.LibraryService/DeleteSavedReplies'],
];

function each(methods: string[], who: Who[]): Record<string, Who[]> {
  return Object.fromEntries(methods.map((method) => [method, who]));
}

/** Paths of every method of every service there is. */
function contracts(): string[] {
  return Object.entries(allContracts)
    .flatMap(([name, module]) => (/V\d+$/.test(name) ? [module as object] : []))
    .flatMap((module) => Object.entries(module).filter(([name]) => name.endsWith('ServiceService')))
    .flatMap(([, definition]) => Object.values(definition as GrpcServiceDefinition).map(({ path }) => path));
}

const ROWS = Object.entries(EXPECTED).flatMap(([service, methods]) =>
  Object.entries(methods).map(([method, who]) => [`/beseda.${service}/${method}`, who] as const),
);

describe('who may call which gRPC method', () => {
  const guard = new ActorGuard(keys);
  const call = async (path: string, token: string | undefined): Promise<string> => {
    const metadata = new Metadata();
    if (token !== undefined) metadata.set(ACTOR_METADATA, token);
    try {
      await guard.canActivate(new ExecutionContextHost([{}, metadata, { getPath: () => path }]));
      return 'in';
    } catch (error) {
      // The refusal itself is what is looked at.
      return (error as { code?: string }).code ?? 'no refusal of ours';
    }
  };

  it('has a row for every method, here and in the table', () => {
    const rows = ROWS.map(([path]) => path).toSorted();
    expect(rows).toEqual(contracts().toSorted());
    expect(rows).toEqual(Object.keys(PERMISSIONS).toSorted());
  });

  it.each(ROWS)('%s', async (path, allowed) => {
    for (const [who, actor] of Object.entries(ACTORS)) {
      const outcome = await call(path, await signActor(keys, actor));
      expect({ who, outcome }).toEqual({ who, outcome: allowed.includes(who as Who) ? 'in' : 'PERMISSION_DENIED' });
    }
    const strangers = [undefined, 'nonsense', await signActor(new Keys('x'.repeat(40)), ACTORS.superadmin)];
    for (const token of strangers) expect(await call(path, token)).toBe('UNAUTHENTICATED');
  });

  it('refuses a method that has no row to everybody', async () => {
    for (const actor of Object.values(ACTORS))
      expect(await call('/beseda.admin.v1.AdminService/DropEverything', await signActor(keys, actor))).toBe(
        'PERMISSION_DENIED',
      );
  });

  it.each(RULES_INSIDE)('%s has its own rules tested by its owner', (method) => {
    expect(contracts()).toContain(`/beseda.${method}`);
    const tests = testsOf(method).filter((text) => names(text, method));
    expect(tests.some((text) => /PERMISSION_DENIED|NOT_FOUND/.test(text))).toBe(true);
  });

  it('is called by a test of its owner, each of them', () => {
    const untested = ROWS.map(([path]) => path.slice('/beseda.'.length)).filter(
      (method) => !testsOf(method).some((text) => names(text, method)),
    );
    expect(untested).toEqual([]);
  });
});

/** Whether a test calls a method: `admin.v1.AdminService/CreateSite` is `createSite` to clients. */
function names(text: string, method: string): boolean {
  const name = method.slice(method.indexOf('/') + 1);
  return new RegExp(`\\b${name.charAt(0).toLowerCase()}${name.slice(1)}\\b`).test(text);
}

const texts = new Map<string, string[]>();

/** Texts of all tests, and of what they share, of the service that owns a method. */
function testsOf(method: string): string[] {
  const owner = method.split('.', 1)[0] ?? '';
  const known = texts.get(owner);
  if (known) return known;
  const folder = new URL(`../../${owner}/src/`, import.meta.url);
  const read = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.spec.ts') || /^testing\/.*\.ts$/.test(name))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'));
  texts.set(owner, read);
  return read;
}
