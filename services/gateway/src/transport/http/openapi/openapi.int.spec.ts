import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type World, makeWorld } from '../../../testing/world.js';
import { ROUTES } from '../features.js';

interface DescribedResponse {
  $ref?: string;
  description?: string;
  content?: Record<string, { schema?: { $ref?: string } }>;
}
interface Operation {
  responses: Record<string, DescribedResponse>;
  security?: object[];
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, DescribedResponse>; schemas: Record<string, object> };
}

const SITE = '/api/sites/{siteId}';
const away = [500, 503, 504];
/** Everything each of these can answer, worked out by hand from what it does. */
const EXAMPLES: [string, number[]][] = [
  ['post /api/auth/login', [200, 400, 401, 403, 409, 413, 429, ...away]],
  ['get /api/auth/me', [200, 401, 403, ...away]],
  ['get /api/auth/oidc/callback', [302, 429, ...away]],
  ['delete /api/account/sessions/{sessionId}', [204, 400, 401, 403, 404, 409, 413, ...away]],
  [`get ${SITE}/dialogs`, [200, 400, 401, 403, 404, ...away]],
  [`post ${SITE}/dialogs/{dialogId}/files`, [200, 400, 401, 403, 404, 409, 413, ...away]],
  [`post ${SITE}/operators`, [201, 400, 401, 403, 404, 409, 413, ...away]],
  ['post /api/widget/messages', [200, 400, 401, 404, 409, 413, 429, ...away]],
  ['get /api/widget/dialogs', [200, 401, 429, ...away]],
  ['get /api/files/{siteId}/{fileId}', [200, 400, 403, 404, ...away]],
  ['get /api/openapi.json', [200, 500]],
];

describe('the description of the API', () => {
  let world: World;
  let document: Document;
  let operations: [string, Operation][];

  beforeAll(async () => {
    world = await makeWorld();
    document = (await world.call('GET', '/api/openapi.json')).body as Document;
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
    );
  });
  afterAll(() => world.stop());

  const resolved = (response: DescribedResponse): DescribedResponse =>
    response.$ref ? (document.components.responses[response.$ref.split('/').at(-1) ?? ''] ?? {}) : response;
  const ofApi = (): [string, Operation][] => operations.filter(([name]) => name.includes(' /api/'));
  const statusesOf = ({ responses }: Operation): number[] => Object.keys(responses).map(Number);

  it.each(EXAMPLES)('lists every status: %s', (name, statuses) => {
    const operation = operations.find(([known]) => known === name)?.[1];
    expect(operation && statusesOf(operation)).toEqual(statuses);
  });

  it('has words and a body for each status of each operation', () => {
    for (const [name, { responses }] of operations)
      for (const [status, given] of Object.entries(responses)) {
        const { description, content } = resolved(given);
        const bare = ['204', '302', '304'].includes(status);
        const said = { description: description !== undefined && description !== '', content: content !== undefined };
        expect({ name, status, ...said }).toEqual({ name, status, description: true, content: !bare });
      }
  });

  it('answers every refusal with a problem', () => {
    const problem = { schema: { $ref: '#/components/schemas/Problem' } };
    expect(document.components.schemas['Problem']).toMatchObject({ properties: { code: {}, errors: {} } });
    for (const [name, { responses }] of ofApi())
      for (const [status, given] of Object.entries(responses).filter(([known]) => Number(known) >= 400))
        expect({ name, status, content: resolved(given).content }).toEqual({
          ...{ name, status },
          content: { 'application/problem+json': problem },
        });
  });

  it('knows for each operation who may call it and what follows from that', () => {
    expect(ofApi().length).toBeGreaterThan(100);
    for (const [name, operation] of ofApi()) {
      const [method = '', path = ''] = name.split(' ');
      const row = ROUTES[`${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`];
      const statuses = statusesOf(operation);
      const needed = [
        ...[500, ...(row?.also ?? [])],
        ...(row?.who === 'anyone' ? [] : [401]),
        ...(row?.who === 'operator' ? [403] : []),
        ...(row?.who === 'contact' ? [429] : []),
        ...(path.includes('{') ? [404] : []),
        ...(method === 'get' ? [] : [400, 413]),
      ];
      expect({ name, missing: needed.filter((status) => !statuses.includes(status)) }).toEqual({ name, missing: [] });
      expect({ name, secured: operation.security !== undefined }).toEqual({ name, secured: row?.who !== 'anyone' });
    }
  });
});
