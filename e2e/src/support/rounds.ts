/**
 * What decides the moments and ways of this run's faults: `BESEDA_SEED`, else the day, so that every day tries others.
 * It stands in the names of the tests.
 */
export const SEED = process.env['BESEDA_SEED'] ?? new Date().toISOString().slice(0, 10);

/** Rounds of a kind of fault: few in the suite, as many as `variable` says in `npm run faults`. */
export const rounds = (variable: string, few: number): number => Number(process.env[variable] ?? few);

/** Whether every kind of fault is tried, or one that the seed picks. */
export const ALL_KINDS = process.env['BESEDA_ALL_KINDS'] === '1';
