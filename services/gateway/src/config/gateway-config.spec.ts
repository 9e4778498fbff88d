import { describe, expect, it } from '@jest/globals';
import { BACKENDS } from '../infrastructure/backends.js';
import { loadGatewayConfig } from './gateway-config.js';

const load = (given: Record<string, string>) => loadGatewayConfig(given, BACKENDS);

const env = {
  BESEDA_SECRET: 's'.repeat(40),
  MONGO_URL: 'mongodb://127.0.0.1:1',
  BESEDA_ADMIN_GRPC: 'a:1',
  BESEDA_CONTACTS_GRPC: 'c:1',
  BESEDA_DIALOGS_GRPC: 'd:1',
  BESEDA_ROUTING_GRPC: 'r:1',
};

describe('configuration of the gateway', () => {
  it('has safe defaults', () => {
    expect(load(env)).toMatchObject({
      http: { host: '127.0.0.1', port: 4300 },
      trustProxy: 0,
      widgetRateFactor: 1,
      pages: {
        console: expect.stringMatching(/frontend\/console\/dist$/),
        widget: expect.stringMatching(/frontend\/widget\/dist$/),
      },
    });
    expect(load(env)).not.toHaveProperty('publicUrl');
  });

  it('takes what it is told', () => {
    const given = { BESEDA_PUBLIC_URL: 'https://chat.example/', BESEDA_TRUST_PROXY: '2', BESEDA_PORT: '0' };
    expect(load({ ...env, ...given })).toMatchObject({
      publicUrl: 'https://chat.example',
      trustProxy: 2,
      http: { port: 0 },
    });
  });

  it('names every key that is wrong, never its value', () => {
    const wrong = { BESEDA_TRUST_PROXY: 'yes', BESEDA_PUBLIC_URL: 'ftp://hidden.example', BESEDA_DIALOGS_GRPC: '' };
    expect(() => load({ ...env, ...wrong })).toThrow(
      /BESEDA_PUBLIC_URL.*BESEDA_TRUST_PROXY.*BESEDA_DIALOGS_GRPC is missing/,
    );
    expect(() => load({ ...env, ...wrong })).not.toThrow(/hidden/);
  });
});
