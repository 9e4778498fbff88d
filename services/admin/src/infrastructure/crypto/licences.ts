import { LIMITS } from '@beseda/api';
import { type KeyObject, createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { CompactSign, compactVerify, decodeProtectedHeader, errors } from 'jose';
import { z } from 'zod';
import type { Licence } from '../../domain/licence.js';

/** Says what the text is, so that another JWT under the same key is no licence. */
const TYPE = 'beseda-licence+jwt';
/** RFC 8037 (EdDSA with Ed25519). */
const ALGORITHM = 'EdDSA';

/** NumericDate of RFC 7519: seconds since the epoch. */
const seconds = z.number().int().min(0).max(253_402_300_799);
const claimsSchema = z.object({
  sub: z.string().min(1).max(200),
  plan: z.string().min(1).max(100),
  operators: z.number().int().min(0).max(1_000_000),
  features: z.array(z.string().min(1).max(100)).max(100),
  iat: seconds,
  nbf: seconds,
  exp: seconds,
});

/** Why a text is no licence of this installation. */
export type LicenceFault = 'not_a_licence' | 'other_key' | 'bad_signature';

export const isLicenceFault = (found: Licence | LicenceFault): found is LicenceFault => typeof found === 'string';

/** A key pair for licences: the private key as PKCS #8 in PEM, the public one as its 32 bytes in base64url. */
export function makeLicenceKeys(): { privateKey: string; publicKey: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicText(privateKey),
  };
}

/** The public key, or that of a private one, as `BESEDA_LICENCE_PUBLIC_KEY` wants it. */
export function publicText(key: KeyObject): string {
  const { x } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  if (x === undefined) throw new TypeError('an Ed25519 key has an x coordinate');
  return x;
}

/** Names a key in a licence, so that one of another key can be told from a damaged one. */
const keyId = (publicKey: string): string =>
  createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('base64url').slice(0, 16);

/** The private key of a PEM file. Throws a TypeError when it is none for Ed25519. */
export function readPrivateKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (error) {
    // Errors of OpenSSL name routines; none names the key.
    throw new TypeError('the file holds no private key in PEM', { cause: error });
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('the file holds no Ed25519 key');
  return key;
}

/** The public key in a text: 32 bytes in base64url or base64, or PEM with real or written line ends; undefined when none. */
export function readPublicKey(text: string): KeyObject | undefined {
  const trimmed = text.trim();
  try {
    if (trimmed.startsWith('-----BEGIN PUBLIC KEY-----')) {
      const key = createPublicKey(trimmed.replaceAll('\\n', '\n'));
      return key.asymmetricKeyType === 'ed25519' ? key : undefined;
    }
    if (!/^[\w+/-]{43}=?$/.test(trimmed)) return undefined;
    const x = Buffer.from(trimmed, 'base64').toString('base64url');
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  } catch {
    // Not a key after all; the caller says which setting is wrong.
    return undefined;
  }
}

/** Signs a licence: a JWS in compact form (RFC 7515) with the claims of a JWT. */
export function signLicence(licence: Licence, privateKey: KeyObject, issuedAt: Date): Promise<string> {
  const claims: z.input<typeof claimsSchema> = {
    sub: licence.holder,
    plan: licence.plan,
    operators: licence.operators,
    features: licence.features,
    iat: toSeconds(issuedAt),
    nbf: toSeconds(licence.validFrom),
    exp: toSeconds(licence.validTo),
  };
  return new CompactSign(Buffer.from(JSON.stringify(claimsSchema.parse(claims))))
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: keyId(publicText(privateKey)) })
    .sign(privateKey);
}

/** What a signed text grants, whether or not it counts today. */
export async function verifyLicence(text: string, publicKey: KeyObject): Promise<Licence | LicenceFault> {
  if (text.length > LIMITS.licence) return 'not_a_licence';
  try {
    const { payload, protectedHeader } = await compactVerify(text, publicKey, { algorithms: [ALGORITHM] });
    if (protectedHeader.typ !== TYPE) return 'not_a_licence';
    const claims = claimsSchema.safeParse(JSON.parse(Buffer.from(payload).toString('utf8')));
    if (!claims.success) return 'not_a_licence';
    const { sub, plan, operators, features, nbf, exp } = claims.data;
    return { holder: sub, plan, operators, features, validFrom: fromSeconds(nbf), validTo: fromSeconds(exp) };
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return isOfOtherKey(text, publicKey);
    // Not of this form, another algorithm, or no JSON inside.
    if (error instanceof errors.JOSEError || error instanceof SyntaxError) return 'not_a_licence';
    throw error;
  }
}

/** Only for the words of the refusal: nothing in an unverified header is trusted. */
function isOfOtherKey(text: string, publicKey: KeyObject): LicenceFault {
  const { kid } = decodeProtectedHeader(text);
  return typeof kid === 'string' && kid !== keyId(publicText(publicKey)) ? 'other_key' : 'bad_signature';
}

const toSeconds = (time: Date): number => Math.floor(time.getTime() / 1000);
const fromSeconds = (time: number): Date => new Date(time * 1000);
