import { type Role, ROLES } from '@beseda/api';
import { hasRole } from '@beseda/auth';

/** One rule of the mapping of groups to roles: who is in the group has the role on the site. */
export interface GroupRule {
  group: string;
  role: Role;
  /** `*`: every site of the installation. */
  site: string;
}

/**
 * Reads `group=role@site; group=role@*`. The last `=` and the last `@` count, since names of groups hold almost anything
 * (`cn=support,ou=groups` is one). Undefined when a rule is none.
 */
export function parseGroupRules(text: string): GroupRule[] | undefined {
  const rules: GroupRule[] = [];
  for (const part of text.split(/[;\n]/)) {
    if (part.trim() === '') continue;
    const [, group, role, site] = /^\s*(.+?)\s*=\s*([a-z]+)@([\w-]{1,64}|\*)\s*$/.exec(part) ?? [];
    const known = ROLES.find((one) => one === role);
    if (group === undefined || site === undefined || !known) return undefined;
    rules.push({ group, role: known, site });
  }
  return rules;
}

/**
 * What the groups of a person make of the roles: for each site that a rule names, the strongest role, or undefined where no
 * group gives one. Sites that no rule names are not the mapping's business and are left out.
 */
export function rolesOf(
  groups: readonly string[],
  rules: readonly GroupRule[],
  allSites: readonly string[],
): Map<string, Role | undefined> {
  const roles = new Map<string, Role | undefined>();
  for (const { group, role, site } of rules) {
    for (const id of site === '*' ? allSites : allSites.filter((one) => one === site)) {
      const present = roles.get(id);
      const given = groups.includes(group) && (present === undefined || hasRole(role, present)) ? role : present;
      roles.set(id, given);
    }
  }
  return roles;
}

/** The groups in a claim: a list of words, or one word. Anything else is no group. */
export function groupsOf(claim: unknown): string[] {
  if (typeof claim === 'string') return [claim];
  return Array.isArray(claim) ? claim.filter((one): one is string => typeof one === 'string') : [];
}
