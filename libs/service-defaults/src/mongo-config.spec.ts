import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { loadBaseConfig } from './config.js';

const file = fileURLToPath(new URL('../package.json', import.meta.url));
const missing = '/no/such/folder/ca.pem';
const read = (url: string): string => loadBaseConfig({ BESEDA_SECRET: 's'.repeat(32), MONGO_URL: url }).mongo.uri;

describe('configuration of MongoDB', () => {
  it.each([
    'mongodb://127.0.0.1:1',
    'mongodb://user:pa%3Fss@a:1,b:2/?replicaSet=rs&tls=true',
    `mongodb://a:1,b:2/?tls=true&tlsCAFile=${encodeURIComponent(file)}&tlsCertificateKeyFile=${file}`,
    `mongodb://a/?ssl=true&tlscafile=${file}`,
    `mongodb+srv://a.example/?tlsCAFile=${file}`,
    'mongodb://a/?tls=false',
  ])('hands on %s as it is', (url) => {
    expect(read(url)).toBe(url);
  });

  it.each([
    [`mongodb://user:geheim@a/?tlsCAFile=${file}`, /MONGO_URL has parameters of TLS but not tls=true/],
    [`mongodb://user:geheim@a/?tls=false&tlsCAFile=${file}`, /MONGO_URL has parameters of TLS but not tls=true/],
    ['mongodb://user:geheim@a/?tlsAllowInvalidCertificates=true', /MONGO_URL has parameters of TLS but not tls=true/],
    [`mongodb://user:geheim@a/?tls=true&tlsCAFile=${missing}`, /MONGO_URL names a file \(tlsCAFile\) that cannot be/],
    [`mongodb+srv://user:geheim@a/?tlsCertificateKeyFile=${missing}`, /\(tlsCertificateKeyFile\) that cannot be read/],
    ['http://user:geheim@a', /MONGO_URL must begin with mongodb:/],
  ])('refuses %s and names parameters, not values', (url, message) => {
    expect(() => read(url)).toThrow(message);
    expect(() => read(url)).not.toThrow(/geheim|such/);
  });
});
