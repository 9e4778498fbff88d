import { describe, expect, it } from '@jest/globals';
import { loadBaseConfig, parseEnv } from './config.js';
import { kafkaEnvSchema, kafkaSettings } from './kafka-config.js';

const settings = (env: Record<string, string>): unknown => kafkaSettings(parseEnv(kafkaEnvSchema, env));

describe('configuration of Kafka', () => {
  it('is undefined without brokers, whatever else is set', () => {
    expect(settings({})).toBeUndefined();
    expect(settings({ KAFKA_BROKERS: '', KAFKA_TLS_CA: '/nowhere' })).toBeUndefined();
  });

  it('reads brokers, authorities and credentials', () => {
    expect(settings({ KAFKA_BROKERS: 'a:9092, b.example:9093' })).toEqual({ brokers: ['a:9092', 'b.example:9093'] });
    const file = new URL('../package.json', import.meta.url).pathname;
    const all = {
      KAFKA_BROKERS: 'a:9092',
      KAFKA_TLS_CA: file,
      KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
      KAFKA_SASL_USERNAME: 'beseda',
      KAFKA_SASL_PASSWORD: 'secret',
    };
    expect(settings(all)).toEqual({
      brokers: ['a:9092'],
      tls: { ca: expect.stringContaining('@beseda/service-defaults') as unknown },
      sasl: { mechanism: 'scram-sha-512', username: 'beseda', password: 'secret' },
    });
    expect(settings({ KAFKA_BROKERS: 'a:9092', KAFKA_TLS_CA: 'system' })).toEqual({ brokers: ['a:9092'], tls: {} });
  });

  it.each([
    [{ KAFKA_BROKERS: 'no port' }, /KAFKA_BROKERS must be host:port/],
    [{ KAFKA_BROKERS: 'a:1', KAFKA_SASL_MECHANISM: 'GSSAPI' }, /KAFKA_SASL_MECHANISM must be SCRAM-SHA-512 or PLAIN/],
    [
      { KAFKA_BROKERS: 'a:1', KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'u' },
      /KAFKA_SASL_PASSWORD go together/,
    ],
    [{ KAFKA_BROKERS: 'a:1', KAFKA_SASL_PASSWORD: 'geheim' }, /^(?!.*geheim).*go together/],
    [{ KAFKA_BROKERS: 'a:1', KAFKA_TLS_CA: '/no/such/file' }, /KAFKA_TLS_CA names a file that cannot be read/],
  ])('refuses %j and names keys, not values', (env, message) => {
    expect(() => settings(env)).toThrow(message);
  });

  it('is part of what every service reads', () => {
    const env = { BESEDA_SECRET: 's'.repeat(32), MONGO_URL: 'mongodb://localhost' };
    const read = (more: Record<string, string>) => loadBaseConfig({ ...env, ...more }).bus;
    expect(read({})).toEqual({ path: 'data/bus.sqlite', kafka: undefined });
    expect(read({ KAFKA_BROKERS: 'a:9092' }).kafka).toEqual({ brokers: ['a:9092'] });
  });
});
