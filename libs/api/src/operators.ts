import { z } from 'zod';
import { idSchema, timeSchema } from './common.js';
import {
  emailField,
  internalNameField,
  localeField,
  nameField,
  newPasswordField,
  teamNameField,
  versionField,
} from './fields.js';
import { LIMITS } from './limits.js';
import { INVITATION_STATES, PRESENCES, ROLES, VISIBILITIES } from './words.js';

const role = z.enum(ROLES);
const visibility = z.enum(VISIBILITIES);

export const invitationSchema = z
  .object({
    state: z.enum(INVITATION_STATES),
    at: timeSchema.nullable(),
    detail: z.string(),
    expiresAt: timeSchema.nullable(),
  })
  .meta({
    id: 'Invitation',
    description: '`kept`: there is no mail server; `detail` names the file, or why it failed.',
  });
export type InvitationShape = z.infer<typeof invitationSchema>;

export const operatorsAnswer = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        internalName: z.string(),
        email: z.string(),
        role,
        avatarUrl: z.string().nullable(),
        disabled: z.boolean(),
        invited: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'Operators' });

const person = {
  internalName: internalNameField.optional(),
  visibility: visibility.optional(),
  noContactExport: z.boolean().optional(),
  noMassMailing: z.boolean().optional(),
  teamIds: z.array(idSchema).max(LIMITS.ids).optional(),
};

export const createOperatorBody = z
  .strictObject({
    email: emailField,
    name: nameField,
    role,
    password: newPasswordField.optional(),
    ...person,
    locale: localeField.optional(),
  })
  .meta({ id: 'CreateOperator', description: 'Without `password` an invitation is sent; with it superadmins only.' });
export const createdOperator = z
  .object({ operatorId: z.string(), invitation: invitationSchema.nullable() })
  .meta({ id: 'CreatedOperator' });

export const managedOperatorSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    internalName: z.string(),
    email: z.string(),
    role,
    avatarUrl: z.string().nullable(),
    visibility,
    noContactExport: z.boolean(),
    noMassMailing: z.boolean(),
    teamIds: z.array(z.string()),
    disabled: z.boolean(),
    invited: z.boolean(),
    invitation: invitationSchema.nullable(),
    lastSignInAt: timeSchema.nullable(),
    secondFactor: z.boolean(),
    singleSignOn: z.boolean(),
    version: z.int(),
    /** Null while they cannot be counted. */
    openDialogs: z.int().nullable(),
    presence: z.object({ state: z.enum(PRESENCES), since: timeSchema }).nullable(),
    editable: z.boolean(),
  })
  .meta({
    id: 'ManagedOperator',
    description: '`editable`: whether the caller may change what belongs to the person.',
  });
export type ManagedOperator = z.infer<typeof managedOperatorSchema>;
export const managedOperatorsAnswer = z
  .object({ items: z.array(managedOperatorSchema) })
  .meta({ id: 'ManagedOperators' });

export const operatorPatch = z
  .strictObject({
    version: versionField.optional(),
    name: nameField.optional(),
    email: emailField.optional(),
    role: role.optional(),
    ...person,
    disabled: z.boolean().optional(),
    secondFactor: z.literal(false).optional(),
  })
  .meta({ id: 'OperatorPatch', description: '`secondFactor: false` takes it away from somebody who lost it.' });
export type OperatorPatch = z.infer<typeof operatorPatch>;

export const inviteBody = z.strictObject({ locale: localeField.optional() }).meta({ id: 'Invite' });
export const invitedAnswer = z.object({ invitation: invitationSchema.nullable() }).meta({ id: 'Invited' });

const members = z.array(idSchema).max(LIMITS.ids);
export const teamsAnswer = z
  .object({
    items: z.array(z.object({ id: z.string(), name: z.string(), operatorIds: z.array(z.string()), version: z.int() })),
  })
  .meta({ id: 'Teams' });
export const createTeamBody = z.strictObject({ name: teamNameField, operatorIds: members }).meta({ id: 'CreateTeam' });
export const createdTeam = z.object({ teamId: z.string(), version: z.int() }).meta({ id: 'CreatedTeam' });
export const teamPatch = z
  .strictObject({ version: versionField.optional(), name: teamNameField.optional(), operatorIds: members.optional() })
  .meta({ id: 'TeamPatch' });
export const versionAnswer = z.object({ version: z.int() }).meta({ id: 'Version' });

export const presenceAnswer = z
  .object({
    items: z.array(z.object({ operatorId: z.string(), state: z.enum(PRESENCES), since: timeSchema })),
  })
  .meta({ id: 'OperatorsPresence' });
