import { type Keys, signAccess } from '@beseda/auth';
import type { adminV1, settingsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import type { StandIn } from './grpc-stand-in.js';

/** Address of an operator who signs in with a second factor. */
export const WITH_SECOND_FACTOR = 'two-factors@example.test';
export const RIGHT_CODE = '123456';
/** The secret part of a refresh token. */
const MAC = 'mac';

/** Logins in memory: one password for everybody, one code, one reset token. */
export class FakeSignIn {
  readonly password = 'correct horse';
  readonly resetToken = 'reset-token';
  readonly logins: adminV1.LoginRequest[] = [];
  readonly loggedOut: string[] = [];

  constructor(
    private readonly keys: Keys,
    private readonly operator: (id: string) => settingsV1.OperatorSettings | undefined,
    private readonly ended: (id: string, sessionId: string) => Promise<void>,
  ) {}

  standIn(): StandIn<typeof adminV1.AuthServiceService> {
    return { ...this.#logins(), ...this.#resets(), ...this.#singleSignOn() };
  }

  #logins(): StandIn<typeof adminV1.AuthServiceService> {
    return {
      login: async (request) => {
        this.logins.push(request);
        const id = request.email.split('@')[0] ?? '';
        if (!this.operator(id) || request.password !== this.password)
          throw refused('password', 'wrong_credentials', 'The address or the password is wrong.');
        if (request.email === WITH_SECOND_FACTOR) return next('code', id);
        return { session: await this.session(id, `s-${id}`, 1), next: undefined };
      },
      continueLogin: async ({ ticket, answer }) => {
        const [step, id = ''] = ticket.split(':');
        if (step === 'code') {
          if (answer?.$case !== 'code' || answer.value !== RIGHT_CODE)
            throw refused('code', 'wrong_code', 'The code is wrong.');
          return next('password', id);
        }
        if (step !== 'password') throw refused('ticket', 'expired', 'This took too long; sign in again.');
        return { session: await this.session(id, `s-${id}`, 1), next: undefined };
      },
      refresh: async ({ refreshToken }) => {
        const [sessionId = '', generation] = refreshToken.split('.');
        const id = sessionId.slice(2);
        if (!this.operator(id) || this.loggedOut.includes(sessionId))
          throw appError('UNAUTHENTICATED', 'The session is over.');
        return { session: await this.session(id, sessionId, Number(generation) + 1) };
      },
      logout: async ({ refreshToken }) => {
        const [sessionId = '', , mac] = refreshToken.split('.');
        if (mac !== MAC) return {};
        this.loggedOut.push(sessionId);
        await this.ended(sessionId.slice(2), sessionId);
        return {};
      },
    };
  }

  #resets(): StandIn<typeof adminV1.AuthServiceService> {
    return {
      getSignInOptions: () => ({ singleSignOn: true, passwordsOff: false, mailServer: false }),
      requestPasswordReset: () => ({}),
      resetPassword: ({ token }) => {
        if (token === this.resetToken) return {};
        const message = 'This link is no longer good.';
        throw appError('INVALID_ARGUMENT', message, { fields: [{ path: 'token', code: 'expired', message }] });
      },
    };
  }

  #singleSignOn(): StandIn<typeof adminV1.AuthServiceService> {
    return {
      startSingleSignOn: ({ back }) => ({ url: 'https://id.example/authorize?x=1', state: `sealed.${btoa(back)}` }),
      finishSingleSignOn: async ({ url, state }) => {
        const { searchParams } = new URL(url);
        const id = searchParams.get('code') ?? '';
        if (!this.operator(id)) throw refused('', 'unknown', 'Nobody of this name may sign in.');
        return { session: await this.session(id, `s-${id}`, 1), back: atob(state.split('.')[1] ?? '') };
      },
    };
  }

  async session(id: string, sessionId: string, generation: number): Promise<adminV1.Session> {
    const operator = this.operator(id);
    const tokenVersion = operator?.tokenVersion ?? 1;
    return {
      accessToken: await signAccess(this.keys, { operatorId: id, sessionId, tokenVersion }),
      expiresIn: 600,
      refreshToken: `${sessionId}.${generation}.${MAC}`,
      refreshExpiresIn: 3_600,
      operator,
      sessionId,
    };
  }
}

const next = (step: string, id: string): adminV1.LoginResponse => ({
  session: undefined,
  next: { step, ticket: `${step}:${id}`, expiresIn: 300 },
});

const refused = (path: string, code: string, message: string): Error =>
  appError('UNAUTHENTICATED', message, { fields: [{ path, code, message }] });
