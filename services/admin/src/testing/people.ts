import { type Role } from '@beseda/api';
import { type Actor, type OperatorActor } from '@beseda/auth';
import type { adminV1, settingsV1 } from '@beseda/contracts';
import { MONGO_CONNECTION } from '@beseda/mongo';
import type { Connection } from 'mongoose';
import type { OperatorDocument } from '../infrastructure/mongo/people.documents.js';
import { GATEWAY, NO_EXTRAS, type RunningAdmin, operatorActor } from './running-admin.js';

export const ROLE = { operator: 1, admin: 2, superadmin: 3 } as const satisfies Record<Role, settingsV1.Role>;
export const PASSWORD = 'a password of a person';

/** Nothing of an operator changes. */
export const nothingOf = (operatorId: string): adminV1.UpdateOperatorRequest => ({
  operatorId,
  version: 0,
  rights: undefined,
  teams: undefined,
});

/** What tests about people do to a running admin. */
export interface PeopleKit {
  superadmin: OperatorActor;
  connection: Connection;
  create(person: Partial<adminV1.CreateOperatorRequest>, actor?: Actor): Promise<adminV1.CreateOperatorResponse>;
  /** An operator with {@link PASSWORD}, as gateways present one. */
  person(email: string, role: Role, siteId?: string): Promise<OperatorActor>;
  update(
    operatorId: string,
    change: Partial<adminV1.UpdateOperatorRequest>,
    actor?: Actor,
  ): Promise<adminV1.ManagedOperator>;
  list(actor?: Actor): Promise<adminV1.ManagedOperator[]>;
  one(operatorId: string, actor?: Actor): Promise<adminV1.ManagedOperator>;
  stored(operatorId: string): Promise<OperatorDocument>;
  login(email: string, password: string): Promise<adminV1.LoginResponse>;
  proceed(ticket: string, answer: adminV1.ContinueLoginRequest['answer']): Promise<adminV1.ContinueLoginResponse>;
  published(operatorId: string): Promise<settingsV1.OperatorSettings>;
}

export async function peopleKit(admin: RunningAdmin): Promise<PeopleKit> {
  const { id } = await admin.superadmin();
  const superadmin: OperatorActor = { kind: 'operator', id, siteId: admin.first.siteId, role: 'superadmin' };
  const connection = admin.service.app.get<Connection>(MONGO_CONNECTION);
  const browser = { address: '', userAgent: 'jest' };
  const kit: PeopleKit = {
    superadmin,
    connection,
    create: (person, actor = superadmin) => {
      const siteId = 'siteId' in actor && actor.siteId !== undefined ? actor.siteId : '';
      const defaults = { siteId, email: '', name: 'Olga', role: ROLE.operator, password: '', ...NO_EXTRAS };
      return admin.admin.call('createOperator', { ...defaults, ...person }, { actor });
    },
    person: async (email, role, siteId = superadmin.siteId) => {
      const maker = operatorActor(superadmin.id, siteId, 'superadmin');
      const { operatorId } = await kit.create({ email, role: ROLE[role], password: PASSWORD }, maker);
      return { kind: 'operator', id: operatorId, siteId, role };
    },
    update: async (operatorId, change, actor = superadmin) => {
      const { operator } = await admin.admin.call(
        'updateOperator',
        { ...nothingOf(operatorId), ...change },
        { actor, retry: false },
      );
      if (!operator) throw new Error('an answer without the operator');
      return operator;
    },
    list: async (actor = superadmin) => (await admin.admin.call('listOperators', {}, { actor })).items,
    one: async (operatorId, actor = superadmin) => {
      const found = (await kit.list(actor)).find(({ operator }) => operator?.id === operatorId);
      if (!found) throw new Error('no such operator on this site');
      return found;
    },
    stored: async (operatorId) => {
      const found = await connection.collection<OperatorDocument>('operators').findOne({ _id: operatorId });
      if (!found) throw new Error('no such operator');
      return found;
    },
    login: (email, password) => admin.auth.call('login', { email, password, ...browser }, { actor: GATEWAY }),
    proceed: (ticket, answer) => admin.auth.call('continueLogin', { ticket, answer, ...browser }, { actor: GATEWAY }),
    published: async (operatorId) => {
      const found = (await admin.operators()).find((operator) => operator.id === operatorId);
      if (!found) throw new Error('not published');
      return found;
    },
  };
  return kit;
}
