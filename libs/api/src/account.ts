import { z } from 'zod';
import { timeSchema } from './common.js';
import {
  codeField,
  internalNameField,
  localeField,
  nameField,
  newPasswordField,
  passwordField,
  versionField,
} from './fields.js';
import { LOCALES, PRESENCES, THEMES } from './words.js';

export const accountSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    internalName: z.string(),
    email: z.string(),
    avatarUrl: z.string().nullable(),
    locale: z.enum(LOCALES).nullable(),
    theme: z.enum(THEMES).nullable(),
    version: z.int(),
    secondFactor: z.boolean(),
    recoveryCodesLeft: z.int(),
    noPassword: z.boolean(),
  })
  .meta({ id: 'Account' });
export type Account = z.infer<typeof accountSchema>;

export const accountPatch = z
  .strictObject({
    version: versionField.optional(),
    name: nameField.optional(),
    internalName: internalNameField.optional(),
    locale: localeField.optional(),
    theme: z.enum(THEMES).optional(),
  })
  .meta({ id: 'AccountPatch' });

export const changePasswordBody = z
  .strictObject({ currentPassword: passwordField, newPassword: newPasswordField })
  .meta({ id: 'ChangePassword' });

export const sessionsAnswer = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        createdAt: timeSchema,
        lastUsedAt: timeSchema,
        address: z.string(),
        userAgent: z.string(),
        current: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'SignInSessions' });

export const startSecondFactorBody = z
  .strictObject({ currentPassword: passwordField })
  .meta({ id: 'StartSecondFactor' });
export const secondFactorSecret = z.object({ secret: z.string(), uri: z.string() }).meta({
  id: 'SecondFactorSecret',
  description: 'For an authenticator, typed or as a QR code; confirm it with a code.',
});
export const codeBody = z.strictObject({ code: codeField }).meta({ id: 'SecondFactorCode' });
export const recoveryCodesAnswer = z
  .object({ recoveryCodes: z.array(z.string()) })
  .meta({ id: 'RecoveryCodes', description: 'Shown once; each works once.' });

export const statusBody = z.strictObject({ status: z.enum(['online', 'away']) }).meta({ id: 'SetStatus' });
export const statusAnswer = z.object({ state: z.enum(PRESENCES) }).meta({ id: 'OperatorStatus' });
