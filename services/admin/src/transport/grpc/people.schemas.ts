import { z } from 'zod';
import { LOCALES, MAX_PASSWORD, MIN_PASSWORD, THEMES, isEmail } from '../../domain/operator.js';
import { MAX_TEAM_NAME } from '../../domain/team.js';

const MAX_NAME = 100;
const MAX_IDS = 500;

const id = z.string().min(1, 'must not be empty').max(64, 'is too long');
/** What a change was made to. 0: whatever it is now. */
const version = z.int().min(0);
const oneLine = z.string().transform((text) => text.trim().replace(/\s+/g, ' '));
const name = oneLine.pipe(
  z.string().min(1, 'must not be blank').max(MAX_NAME, `may have at most ${MAX_NAME} characters`),
);
const internalName = oneLine.pipe(z.string().max(MAX_NAME, `may have at most ${MAX_NAME} characters`));
const email = z.string().refine(isEmail, 'must be an e-mail address');
/** Empty: none. */
const fileId = z.string().max(64, 'is too long');
const locale = z.enum(['', ...LOCALES], 'must be "ru" or "en"');
const ids = z
  .array(id)
  .max(MAX_IDS, `may have at most ${MAX_IDS} entries`)
  .transform((list) => [...new Set(list)]);
const rights = z.strictObject({ visibility: z.number(), noContactExport: z.boolean(), noMassMailing: z.boolean() });
const address = z.string().max(100);
/** Only shown in the list of sessions: what is too long is cut, not refused. */
const userAgent = z.string().transform((text) => text.slice(0, 500));
/** A password somebody shows; whether it is right is another question. */
const shown = z.string().min(1, 'must not be empty').max(1_000, 'is too long');
/** A password somebody chooses; its rules are looked at where it is set. */
const chosen = z.string().min(1, 'must not be empty').max(1_000, 'is too long');
const code = z.string().trim().min(1, 'must not be empty').max(50, 'is too long');

export const loginRequest = z.strictObject({
  email: z.string().min(1, 'must not be empty').max(320, 'is too long'),
  password: shown,
  address,
  userAgent,
});

export const continueLoginRequest = z.strictObject({
  ticket: z.string().min(1, 'must not be empty').max(2_000, 'is too long'),
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
  token: z.string().min(1, 'must not be empty').max(200, 'is too long'),
  newPassword: chosen,
  address,
});

export const createOperatorRequest = z.strictObject({
  siteId: id,
  email,
  name,
  role: z.number(),
  password: z.union([
    z.literal(''),
    z
      .string()
      .min(MIN_PASSWORD, `must have at least ${MIN_PASSWORD} characters`)
      .max(MAX_PASSWORD, `may have at most ${MAX_PASSWORD} characters`),
  ]),
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

const teamName = oneLine.pipe(
  z.string().min(1, 'must not be blank').max(MAX_TEAM_NAME, `may have at most ${MAX_TEAM_NAME} characters`),
);
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
  locale: z.enum(LOCALES, 'must be "ru" or "en"').optional(),
  theme: z.enum(THEMES, 'must be "auto", "light" or "dark"').optional(),
});
export const changePasswordRequest = z.strictObject({
  currentPassword: shown,
  newPassword: chosen,
  sessionId: z.string().max(64),
});
export const endSessionsRequest = z.strictObject({
  which: z.discriminatedUnion('$case', [
    z.strictObject({ $case: z.literal('sessionId'), value: id }),
    z.strictObject({ $case: z.literal('allBut'), value: id }),
  ]),
});
export const startSecondFactorRequest = z.strictObject({ currentPassword: shown });
export const codeRequest = z.strictObject({ code });
