import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { CompactSign } from 'jose';
import { type Licence, poweredByLock, stateAt } from '../../domain/licence.js';
import { makeLicenceKeys, publicText, readPrivateKey, readPublicKey, signLicence, verifyLicence } from './licences.js';

const pair = makeLicenceKeys();
const privateKey = readPrivateKey(pair.privateKey);
const read = (text: string) => {
  const key = readPublicKey(text);
  if (!key) throw new Error('no key');
  return key;
};
const publicKey = read(pair.publicKey);
const licence: Licence = {
  holder: 'ООО «Ромашка»',
  plan: 'business',
  operators: 25,
  features: ['hide-powered-by'],
  validFrom: new Date('2026-01-01T00:00:00Z'),
  validTo: new Date('2027-01-01T00:00:00Z'),
};

describe('licences', () => {
  it('are texts that the public key alone can read back', async () => {
    const text = await signLicence(licence, privateKey, new Date());
    expect(text).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(await verifyLicence(text, publicKey)).toEqual(licence);
  });

  it('are refused when a character was changed, with another key, and when they are something else', async () => {
    const text = await signLicence(licence, privateKey, new Date());
    const [head = '', body = '', mac = ''] = text.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...claims, operators: 0 })).toString('base64url');
    expect(await verifyLicence(`${head}.${forged}.${mac}`, publicKey)).toBe('bad_signature');
    expect(await verifyLicence(text, read(makeLicenceKeys().publicKey))).toBe('other_key');
    const none = Buffer.from('{"alg":"none","typ":"beseda-licence+jwt"}').toString('base64url');
    for (const wrong of ['', 'x', `${none}.${body}.`, 'a.b.c', text.repeat(50)]) {
      expect(await verifyLicence(wrong, publicKey)).toBe('not_a_licence');
    }
    const jwt = await new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
      .sign(privateKey);
    expect(await verifyLicence(jwt, publicKey)).toBe('not_a_licence');
    const empty = await new CompactSign(Buffer.from('{}'))
      .setProtectedHeader({ alg: 'EdDSA', typ: 'beseda-licence+jwt' })
      .sign(privateKey);
    expect(await verifyLicence(empty, publicKey)).toBe('not_a_licence');
  });

  it('take the public key in the forms people have it in', () => {
    const key = createPrivateKey(pair.privateKey);
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const raw = Buffer.from(pair.publicKey, 'base64url').toString('base64');
    for (const form of [pair.publicKey, ` ${raw}\n`, pem, pem.replaceAll('\n', '\\n')]) {
      expect(publicText(read(form))).toBe(publicText(key));
    }
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const otherPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    for (const wrong of ['', 'x', pair.publicKey.slice(1), pair.privateKey, otherPem]) {
      expect(readPublicKey(wrong)).toBeUndefined();
    }
    expect(() => readPrivateKey('x')).toThrow('no private key');
    expect(() => readPrivateKey(rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())).toThrow('Ed25519');
  });
});

describe('what a licence allows', () => {
  it('begins and ends to the moment', () => {
    const before = (time: Date): Date => new Date(time.getTime() - 1);
    expect(stateAt(licence, before(licence.validFrom))).toBe('not_yet');
    expect(stateAt(licence, licence.validFrom)).toBe('valid');
    expect(stateAt(licence, before(licence.validTo))).toBe('valid');
    expect(stateAt(licence, licence.validTo)).toBe('expired');
  });

  it('hides "powered by" only with a valid licence that says so, and says why not', () => {
    expect(poweredByLock({ state: 'valid', licence })).toBe('');
    expect(poweredByLock({ state: 'valid', licence: { ...licence, features: [] } })).toBe('not_included');
    expect(poweredByLock({ state: 'expired', licence })).toBe('expired');
    expect(poweredByLock({ state: 'not_yet', licence })).toBe('no_licence');
    expect(poweredByLock({ state: 'no_key' })).toBe('no_licence');
    expect(poweredByLock({ state: 'none' })).toBe('no_licence');
  });
});
