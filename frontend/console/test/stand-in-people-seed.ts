import type { InvitationShape, ManagedOperator, teamsAnswer } from '@beseda/api';
import { type z } from 'zod';
import { ago } from './stand-in-store.ts';

/** An operator as the stand-in keeps them. */
export type StoredPerson = Omit<ManagedOperator, 'teamIds'>;
export type StoredTeam = z.infer<typeof teamsAnswer>['items'][number];

export const invitation = (state: InvitationShape['state'], detail = ''): InvitationShape => ({
  state,
  at: new Date().toISOString(),
  detail,
  expiresAt: new Date(Date.now() + 7 * 86_400_000).toISOString(),
});

/** Somebody with the usual rights. */
export function person(part: Partial<StoredPerson> & { id: string; name: string; email: string }): StoredPerson {
  return {
    internalName: '',
    role: 'operator',
    avatarUrl: null,
    visibility: 'all',
    noContactExport: false,
    noMassMailing: false,
    disabled: false,
    invited: false,
    invitation: null,
    lastSignInAt: ago(60),
    secondFactor: false,
    singleSignOn: false,
    version: 1,
    openDialogs: 0,
    presence: { state: 'offline', since: ago(60) },
    editable: true,
    ...part,
  };
}

const at = (name: string): string => `${name}@lesnaya-tropa.example`;
const here = { state: 'online', since: ago(30) } as const;

/** The team of the shop: every state a row can have, and long names. */
export const PEOPLE: readonly StoredPerson[] = [
  person({
    id: 'op-marina',
    name: 'Марина Лаврентьева',
    email: at('m.lavrentieva'),
    role: 'superadmin',
    presence: here,
    openDialogs: 23,
  }),
  person({
    id: 'op-timur',
    name: 'Тимур Гайсин',
    email: at('t.gaysin'),
    role: 'admin',
    presence: here,
    openDialogs: 11,
    secondFactor: true,
  }),
  person({
    id: 'op-olga',
    name: 'Ольга Ветрова',
    email: at('o.vetrova'),
    presence: { state: 'away', since: ago(12) },
    openDialogs: 8,
  }),
  person({
    id: 'op-alex',
    name: 'Александра Константинопольская-Штейн',
    email: at('a.konstantinopolskaya-shtein'),
    presence: here,
    openDialogs: 14,
    visibility: 'unassigned',
  }),
  person({
    id: 'op-egor',
    name: 'Егор Белых',
    email: at('e.belykh'),
    presence: { state: 'offline', since: ago(1_500) },
  }),
  person({
    id: 'op-inga',
    name: 'Инга Саакян',
    email: at('i.saakyan'),
    role: 'admin',
    presence: { state: 'offline', since: ago(28_800) },
    openDialogs: 2,
    editable: false,
  }),
  person({
    id: 'op-polina',
    name: 'Полина Жук',
    email: at('p.zhuk'),
    invited: true,
    invitation: invitation('sent'),
    presence: null,
    lastSignInAt: null,
  }),
  person({
    id: 'op-gone',
    name: 'Павел Уволенный',
    email: at('p.uvolenniy'),
    disabled: true,
    presence: null,
  }),
];

export const TEAMS: readonly StoredTeam[] = [
  {
    id: 'team-retail',
    name: 'Розница',
    operatorIds: ['op-marina', 'op-timur', 'op-olga', 'op-egor', 'op-polina'],
    version: 1,
  },
  { id: 'team-store', name: 'Склад', operatorIds: ['op-timur'], version: 1 },
  { id: 'team-service', name: 'Гарантия и сервис', operatorIds: ['op-alex'], version: 1 },
  { id: 'team-whole', name: 'Опт', operatorIds: ['op-inga'], version: 1 },
];
