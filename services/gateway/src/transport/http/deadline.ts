/** Nobody waits longer than this for a request once its body is there; milliseconds. */
export const REQUEST_DEADLINE_MS = 15_000;
