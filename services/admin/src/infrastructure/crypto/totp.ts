import { generateSecret, generateURI, verify } from 'otplib';

/** RFC 6238 §4.1; what every authenticator app takes for granted. Seconds. */
const STEP_SECONDS = 30;
/** RFC 6238 §5.2: one step for the clock of a phone, and for typing. */
const TOLERANCE_SECONDS = 30;

/** A new secret for an authenticator app: 160 bits (RFC 4226 §4) in base32. */
export const newTotpSecret = (): string => generateSecret();

/** The address a QR code for an authenticator app holds. */
export const totpUri = (secret: string, email: string, issuer: string): string =>
  generateURI({ secret, label: email, issuer });

/** The time step whose code this is, at most one before or after the present; undefined: it is none. */
export async function totpStep(secret: string, code: string, now: Date): Promise<number | undefined> {
  const token = code.replace(/\s/g, '');
  if (!/^\d{6}$/.test(token)) return undefined;
  const epoch = Math.floor(now.getTime() / 1000);
  const result = await verify({ secret, token, epoch, period: STEP_SECONDS, epochTolerance: TOLERANCE_SECONDS });
  return result.valid ? Math.floor(epoch / STEP_SECONDS) + result.delta : undefined;
}
