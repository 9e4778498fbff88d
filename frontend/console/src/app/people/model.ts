import type { Answer, invitationSchema, mailAnswer, managedOperatorSchema } from '@beseda/api';

/** What became of the mail with the one-time password. `kept`: it lies as a file on the server, `detail` is its name, else why it failed. */
export type Invitation = Answer<typeof invitationSchema>;

/** An operator as the administrators' page shows them. `editable`: whether the caller may change what holds on every site of this person. */
export type ManagedOperator = Answer<typeof managedOperatorSchema>;

/** How mails of the installation leave; without a server they are kept as files. */
export type MailStatus = Answer<typeof mailAnswer>;

/** What the panel of an operator changes. */
export type PersonDraft = Pick<
  ManagedOperator,
  'name' | 'internalName' | 'email' | 'role' | 'visibility' | 'noContactExport' | 'noMassMailing' | 'teamIds'
>;

export const NEW_PERSON: PersonDraft = {
  name: '',
  internalName: '',
  email: '',
  role: 'operator',
  visibility: 'all',
  noContactExport: false,
  noMassMailing: false,
  teamIds: [],
};

/** The changeable part of an operator. */
export function draftOf(person: ManagedOperator): PersonDraft {
  const { name, internalName, email, role, visibility, noContactExport, noMassMailing, teamIds } = person;
  return { name, internalName, email, role, visibility, noContactExport, noMassMailing, teamIds };
}
