import {
  LIMITS,
  LOCALES,
  THEMES,
  codeField as code,
  internalNameField as internalName,
  nameField as name,
  newPasswordField,
  passwordField as shown,
  teamNameField as teamName,
  versionField as version,
} from '@beseda/api';
import { z } from 'zod';
import { isEmail } from '../../domain/operator.js';

const optionalId = z.string().max(LIMITS.id);
const id = optionalId.min(1);
const email = z.string().trim().max(LIMITS.email).refine(isEmail, 'must be an e-mail address');
/** Empty: none. */
const fileId = optionalId;
const locale = z.enum(['', ...LOCALES]);
const ids = z
  .array(id)
  .max(LIMITS.ids)
  .transform((list) => [...new Set(list)]);
const rights = z.strictObject({ visibility: z.number(), noContactExport: z.boolean(), noMassMailing: z.boolean() });
const address = z.string().max(LIMITS.address);
/** Only shown in the list of sessions: what is too long is cut, not refused. */
const userAgent = z.string().transform((text) => text.slice(0, LIMITS.sessionUserAgentKept));
/** A password somebody chooses; its rules are looked at where it is set. */
const chosen = z.string().max(LIMITS.shownPassword);

export const loginRequest = z.strictObject({
  email: z.string().min(1).max(LIMITS.loginEmail),
  password: shown,
  address,
  userAgent,
});

export const continueLoginRequest = z.strictObject({
  ticket: z.string().min(1).max(LIMITS.ticket),
  answer: z
    .discriminatedUnion('$case', [
      z.strictObject({ $case: z.literal('code'), value: code }),
      z.strictObject({ $case: z.literal('newPassword'), value: chosen }),
    ])
    .optional(),
  address,
  userAgent,
});

export const passwordResetRequest = z.strictObject({ email, address, locale });

export const resetPasswordRequest = z.strictObject({
  token: z.string().min(1).max(LIMITS.resetToken),
  newPassword: chosen,
  address,
});

export const createOperatorRequest = z.strictObject({
  siteId: id,
  email,
  name,
  role: z.number(),
  password: z.literal('').or(newPasswordField),
  internalName,
  avatarFileId: fileId,
  rights: rights.optional(),
  teamIds: ids,
  locale,
});

export const updateOperatorRequest = z.strictObject({
  operatorId: id,
  version,
  name: name.optional(),
  internalName: internalName.optional(),
  email: email.optional(),
  role: z.number().optional(),
  rights: rights.optional(),
  avatarFileId: fileId.optional(),
  teams: z.strictObject({ items: ids }).optional(),
  disabled: z.boolean().optional(),
  secondFactorOff: z.boolean().optional(),
});

export const inviteAgainRequest = z.strictObject({ operatorId: id, locale });
export const removeOperatorRequest = z.strictObject({ operatorId: id });

export const createTeamRequest = z.strictObject({ name: teamName, operatorIds: ids });
export const updateTeamRequest = z.strictObject({
  teamId: id,
  version,
  name: teamName.optional(),
  operators: z.strictObject({ items: ids }).optional(),
});
export const deleteTeamRequest = z.strictObject({ teamId: id });

export const updateAccountRequest = z.strictObject({
  version,
  name: name.optional(),
  internalName: internalName.optional(),
  avatarFileId: fileId.optional(),
  locale: z.enum(LOCALES).optional(),
  theme: z.enum(THEMES).optional(),
});
export const changePasswordRequest = z.strictObject({
  currentPassword: shown,
  newPassword: chosen,
  sessionId: optionalId,
});
export const endSessionsRequest = z.strictObject({
  which: z.discriminatedUnion('$case', [
    z.strictObject({ $case: z.literal('sessionId'), value: id }),
    z.strictObject({ $case: z.literal('allBut'), value: id }),
  ]),
});
export const startSecondFactorRequest = z.strictObject({ currentPassword: shown });
export const codeRequest = z.strictObject({ code });
