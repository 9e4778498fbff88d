import { type Presence, type Role, type Visibility } from '../core/model.js';

/** What became of the mail with the one-time password. */
export interface Invitation {
  /** `kept`: there is no mail server, the mail lies as a file on the server of Beseda. */
  readonly state: 'waiting' | 'sent' | 'kept' | 'failed';
  readonly at: string | null;
  /** Why it failed, or the name of the file. */
  readonly detail: string;
  readonly expiresAt: string | null;
}

/** An operator as the administrators' page shows them. */
export interface ManagedOperator {
  readonly id: string;
  readonly name: string;
  readonly internalName: string;
  readonly email: string;
  readonly role: Role;
  readonly avatarUrl: string | null;
  readonly visibility: Visibility;
  readonly noContactExport: boolean;
  readonly noMassMailing: boolean;
  readonly teamIds: readonly string[];
  readonly disabled: boolean;
  readonly invited: boolean;
  readonly invitation: Invitation | null;
  readonly lastSignInAt: string | null;
  readonly secondFactor: boolean;
  readonly singleSignOn: boolean;
  readonly version: number;
  /** Null while they cannot be counted. */
  readonly openDialogs: number | null;
  readonly presence: Pick<Presence, 'state' | 'since'> | null;
  /** Whether the caller may change name, e-mail, photo and access, which hold on every site of this person. */
  readonly editable: boolean;
}

/** How mails of the installation leave. */
export interface MailStatus {
  /** False: they are kept as files. */
  readonly server: boolean;
  readonly from: string;
}

/** What the panel of an operator changes. */
export interface PersonDraft {
  readonly name: string;
  readonly internalName: string;
  readonly email: string;
  readonly role: Role;
  readonly visibility: Visibility;
  readonly noContactExport: boolean;
  readonly noMassMailing: boolean;
  readonly teamIds: readonly string[];
}

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
