/** Operators of a site who work together: assignments and saved replies may name a team. */
export interface Team {
  id: string;
  siteId: string;
  version: number;
  name: string;
  operatorIds: string[];
}

export const MAX_TEAMS = 200;

/** What two names of teams of a site must differ in. */
export const teamKey = (siteId: string, name: string): string => `${siteId}:${name.trim().toLowerCase()}`;

/** Members of a team once somebody has joined or left; the same list when nothing changes. */
export function withMember(operatorIds: readonly string[], operatorId: string, member: boolean): readonly string[] {
  if (operatorIds.includes(operatorId) === member) return operatorIds;
  return member ? [...operatorIds, operatorId] : operatorIds.filter((id) => id !== operatorId);
}
