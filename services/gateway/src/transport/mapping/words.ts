/** Unset strings of the contracts are empty; the API says null. */
export const orNull = (text: string): string | null => (text === '' ? null : text);

/** A time of the contracts; the epoch where a message came without one. */
export const iso = (time: Date | undefined): string => (time ?? new Date(0)).toISOString();
export const isoOrNull = (time: Date | undefined): string | null => time?.toISOString() ?? null;

/** The word if it is one of these; what another version made of it falls back. */
export const oneOf = <W extends string>(words: readonly W[], given: string | undefined, otherwise: W): W =>
  words.find((word) => word === given) ?? otherwise;
