import { problemSchema } from '@beseda/api';
import { z } from 'zod';
import type { Route } from '../route.js';

/** What a request to a route carries. */
export interface Carries {
  method: string;
  path: string;
  query: boolean;
}

/** Statuses of the problems a route can answer, from its row and from what a request carries. Ascending. */
export function refusalsOf(route: Route, { method, path, query }: Carries): number[] {
  const parameters = /[:*]\w/.test(path);
  // Bodies are read before anybody knows whether the route takes one.
  const body = method !== 'GET';
  const statuses = new Set<number>([500, ...(route.also ?? [])]);
  const add = (...more: number[]): void => more.forEach((status) => statuses.add(status));
  if (!route.alone) add(503, 504);
  if (body || query || parameters) add(400);
  if (body) add(413);
  if (parameters) add(404);
  if (route.who === 'operator') add(401, 403);
  if (route.who === 'contact') add(401);
  if (route.who !== 'operator' && route.rate !== undefined) add(429);
  return [...statuses].sort((a, b) => a - b);
}

const WORDS: Record<number, string> = {
  400: 'The request is not valid: `errors` names each wrong field',
  401: 'Not signed in, or not any more',
  403: 'Signed in, and not allowed',
  404: 'There is no such thing, or not for this caller',
  409: 'It exists already, its state does not allow this, or somebody else has changed it meanwhile',
  413: 'The body or its file is too large',
  429: 'Too many requests',
  500: 'The server failed',
  503: 'Something that is needed is away for now',
  504: 'It took too long',
};

const seconds = { schema: { type: 'integer' }, description: 'Seconds' };
const HEADERS: Record<number, object> = {
  401: { 'WWW-Authenticate': { schema: { type: 'string' }, description: 'Bearer' } },
  429: { 'Retry-After': seconds },
  503: { 'Retry-After': seconds },
};

const nameOf = (status: number): string => `Problem${status}`;

/** Where the description keeps the answer of a status. */
export const refusal = (status: number): { $ref: string } => ({ $ref: `#/components/responses/${nameOf(status)}` });

/** The answers {@link refusal} refers to. */
export const refusalResponses = (): Record<string, object> =>
  Object.fromEntries(
    Object.entries(WORDS).map(([status, description]) => [
      nameOf(Number(status)),
      {
        description,
        ...(HEADERS[Number(status)] ? { headers: HEADERS[Number(status)] } : {}),
        content: PROBLEM_CONTENT,
      },
    ]),
  );

/** What a problem is sent as. */
export const PROBLEM_CONTENT = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

/** The body of every refusal: zod puts what has an id among the definitions. */
export function problemComponent(): object {
  const { definitions } = z.toJSONSchema(problemSchema, { target: 'openapi-3.0' });
  const problem = (definitions as Record<string, object> | undefined)?.['Problem'];
  if (!problem) throw new TypeError('the schema of problems has no definition');
  return problem;
}
