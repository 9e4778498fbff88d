import { randomUUID } from 'node:crypto';
import type { adminV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import type { StandIn } from './grpc-stand-in.js';
import { SiteItems } from './site-items.js';

/** API keys, the audit log and the licence in memory. */
export class FakeSystem {
  readonly keys = new SiteItems<adminV1.ApiKey>('key');
  readonly audit = new SiteItems<adminV1.AuditEntry>('entry');
  licence = '';

  standIn(): StandIn<typeof adminV1.SystemServiceService> {
    return { ...this.#keys(), ...this.#audit(), ...this.#licence() };
  }

  #keys(): StandIn<typeof adminV1.SystemServiceService> {
    return {
      listApiKeys: (_, { actor }) => ({ items: this.keys.of(actor) }),
      createApiKey: ({ name, scopes }, { actor }) => {
        const key = this.keys.put(actor.siteId ?? '', {
          id: randomUUID(),
          name,
          prefix: 'bsd_ab12',
          scopes,
          createdAt: new Date(0),
          createdBy: actor.id,
          lastUsedAt: undefined,
          revokedAt: undefined,
        });
        return { key, secret: 'bsd_ab12-the-whole-secret' };
      },
      revokeApiKey: ({ id }, { actor }) => {
        this.keys.get(actor, id);
        return {};
      },
    };
  }

  #audit(): StandIn<typeof adminV1.SystemServiceService> {
    return {
      listAudit: (_, { actor }) => ({ items: this.audit.of(actor), nextCursor: 'more' }),
      exportAudit: (_, { actor }) => [
        { chunk: Buffer.from('at,action\n') },
        ...this.audit.of(actor).map(({ action }) => ({ chunk: Buffer.from(`1970,${action}\n`) })),
      ],
      getAuditRetention: () => ({ days: 365 }),
      setAuditRetention: () => ({}),
    };
  }

  #licence(): StandIn<typeof adminV1.SystemServiceService> {
    const present = (): adminV1.GetLicenceResponse => ({
      state: this.licence ? 'valid' : 'none',
      licence: this.licence
        ? {
            holder: 'Shop Ltd',
            plan: 'team',
            operators: 10,
            features: ['no-powered-by'],
            validFrom: new Date(0),
            validTo: new Date(1_000),
          }
        : undefined,
      operators: 3,
    });
    return {
      getLicence: () => present(),
      setLicence: ({ licence }) => {
        const message = 'The licence is not signed by the key of this installation.';
        if (licence === 'forged')
          throw appError('INVALID_ARGUMENT', message, {
            fields: [{ path: 'licence', code: 'bad_signature', message }],
          });
        this.licence = licence;
        return { licence: present() };
      },
    };
  }
}
