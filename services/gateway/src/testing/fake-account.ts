import type { Actor } from '@beseda/auth';
import type { adminV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import type { FakeAdmin } from './fake-admin.js';
import { RIGHT_CODE } from './fake-sign-in.js';
import type { StandIn } from './grpc-stand-in.js';
import { assertVersion } from './site-items.js';

/** What operators set for themselves, in memory. */
export class FakeAccount {
  /** Operator → his sessions. */
  readonly sessions = new Map<string, adminV1.SignInSession[]>();

  constructor(private readonly admin: FakeAdmin) {}

  standIn(): StandIn<typeof adminV1.AccountServiceService> {
    return { ...this.#own(), ...this.#sessions(), ...this.#secondFactor() };
  }

  #own(): StandIn<typeof adminV1.AccountServiceService> {
    return {
      getAccount: (_, { actor }) => this.#account(actor),
      updateAccount: async (q, { actor }) => {
        const { operator, version } = this.#account(actor);
        if (!operator) throw new TypeError('there is always an operator');
        assertVersion(q.version, version);
        await this.admin.putOperator(
          actor.id,
          {},
          {
            ...operator,
            name: q.name ?? operator.name,
            internalName: q.internalName ?? operator.internalName,
            avatarFileId: q.avatarFileId ?? operator.avatarFileId,
            locale: q.locale ?? operator.locale,
            theme: q.theme ?? operator.theme,
          },
        );
        return { account: this.#account(actor) };
      },
      changePassword: ({ currentPassword }) => {
        assertPassword(currentPassword, this.admin.password);
        return { refresh: true };
      },
    };
  }

  #sessions(): StandIn<typeof adminV1.AccountServiceService> {
    const of = (actor: Actor): adminV1.SignInSession[] => this.sessions.get(actor.id) ?? [];
    return {
      listSessions: (_, { actor }) => ({ items: of(actor) }),
      endSessions: async ({ which }, { actor }) => {
        const stays = (id: string): boolean =>
          which?.$case === 'sessionId' ? id !== which.value : id === which?.value;
        const ended = of(actor).filter(({ id }) => !stays(id));
        if (ended.length === 0) return {};
        this.sessions.set(
          actor.id,
          of(actor).filter(({ id }) => stays(id)),
        );
        const { operator } = this.#account(actor);
        const endedSessions = ended.map(({ id }) => ({ sessionId: id, endedAt: new Date() }));
        await this.admin.putOperator(actor.id, {}, { ...operator, endedSessions });
        return {};
      },
    };
  }

  #secondFactor(): StandIn<typeof adminV1.AccountServiceService> {
    return {
      startSecondFactor: ({ currentPassword }) => {
        assertPassword(currentPassword, this.admin.password);
        return { secret: 'JBSWY3DPEHPK3PXP', uri: 'otpauth://totp/Beseda' };
      },
      confirmSecondFactor: ({ code }) => assertCode(code) ?? { recoveryCodes: ['one', 'two'] },
      stopSecondFactor: ({ code }) => assertCode(code) ?? {},
      renewRecoveryCodes: ({ code }) => assertCode(code) ?? { recoveryCodes: ['three'] },
    };
  }

  #account(actor: Actor): adminV1.GetAccountResponse {
    const operator = this.admin.operator(actor.id);
    const version = this.admin.version('operator', '', actor.id);
    return { operator, version, secondFactor: false, recoveryCodesLeft: 0, noPassword: false };
  }
}

function assertPassword(given: string, right: string): void {
  if (given === right) return;
  const message = 'The password is wrong.';
  throw appError('INVALID_ARGUMENT', message, {
    fields: [{ path: 'currentPassword', code: 'wrong_password', message }],
  });
}

function assertCode(code: string): undefined {
  if (code === RIGHT_CODE) return undefined;
  const message = 'The code is wrong.';
  throw appError('INVALID_ARGUMENT', message, { fields: [{ path: 'code', code: 'wrong_code', message }] });
}
