import { z } from 'zod';
import { operatorSchema } from './admin.js';
import { codeField, emailField, localeField, newPasswordField, passwordField } from './fields.js';
import { LIMITS } from './limits.js';

export const loginBody = z
  .strictObject({ email: z.string().trim().min(1).max(LIMITS.loginEmail), password: passwordField })
  .meta({ id: 'Login' });

export const sessionAnswer = z
  .object({ accessToken: z.string(), expiresIn: z.int(), operator: operatorSchema })
  .meta({ id: 'OperatorSession' });

export const nextStepSchema = z
  .object({ next: z.enum(['code', 'password']), ticket: z.string(), expiresIn: z.int() })
  .meta({
    id: 'SignInStep',
    description: 'There is no session yet: a code of the second factor, or a new password, is asked for.',
  });

export const loginAnswer = z.union([sessionAnswer, nextStepSchema]);
export type LoginAnswer = z.infer<typeof loginAnswer>;

export const continueBody = z
  .strictObject({
    ticket: z.string().min(1).max(LIMITS.ticket),
    code: codeField.optional(),
    newPassword: newPasswordField.optional(),
  })
  .refine(({ code, newPassword }) => (code === undefined) !== (newPassword === undefined), {
    path: ['code'],
    error: 'Give either code or newPassword.',
  })
  .meta({ id: 'ContinueLogin' });

export const meAnswer = z.object({ operator: operatorSchema }).meta({ id: 'Me' });

export const resetBody = z
  .strictObject({ email: emailField, locale: localeField.default('en') })
  .meta({ id: 'RequestPasswordReset' });
export const confirmResetBody = z
  .strictObject({ token: z.string().min(1).max(LIMITS.resetToken), newPassword: newPasswordField })
  .meta({ id: 'ResetPassword' });

export const optionsAnswer = z
  .object({ singleSignOn: z.boolean(), passwordsOff: z.boolean(), mailServer: z.boolean() })
  .meta({ id: 'SignInOptions' });
