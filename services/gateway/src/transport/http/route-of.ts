import type { Request } from 'express';

/** The route that answered, with its parameters' names: what tells requests apart without saying whose they are. */
export const routeOf = (request: Request): string =>
  (request.route as { path?: string } | undefined)?.path ?? 'unmatched';
