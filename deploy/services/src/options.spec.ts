import { describe, expect, it } from '@jest/globals';
import { loadServicesConfig, parseReplicas } from './options.js';

const env = { KAFKA_BROKERS: 'a:9092, b:9092' };

describe('what the starter of the services is asked for', () => {
  it('is one of each, unless said otherwise', () => {
    expect(parseReplicas('')).toEqual({ admin: 1, contacts: 1, dialogs: 1, routing: 1, gateway: 1 });
    expect(loadServicesConfig(env, ['--replicas', 'gateway=2,dialogs=3'])).toMatchObject({
      replicas: { admin: 1, contacts: 1, dialogs: 3, routing: 1, gateway: 2 },
      kafka: { brokers: ['a:9092', 'b:9092'] },
      port: 4300,
    });
  });

  it.each(['gateway', 'gateway=0', 'gateway=33', 'gateway=two', 'sales=1'])('refuses %s', (text) => {
    expect(() => parseReplicas(text)).toThrow(`"${text}"`);
  });

  it('names what is missing and what is unknown', () => {
    expect(() => loadServicesConfig({}, [])).toThrow('KAFKA_BROKERS');
    expect(() => loadServicesConfig({}, [])).toThrow('npm run kafka');
    expect(() => loadServicesConfig(env, ['--replica', 'gateway=2'])).toThrow('--replicas');
    expect(() => loadServicesConfig({ ...env, BESEDA_PORT: 'x' }, [])).toThrow('BESEDA_PORT');
  });
});
