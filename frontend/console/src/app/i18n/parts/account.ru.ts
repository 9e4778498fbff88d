export const TEXTS = {} as const;
