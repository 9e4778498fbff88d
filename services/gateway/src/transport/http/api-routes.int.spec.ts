import { API_ROUTES } from '@beseda/api';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { type World, makeWorld } from '../../testing/world.js';
import { ROUTES } from './features.js';

interface Content {
  readonly content?: Record<string, { readonly schema?: { readonly $ref?: string } }>;
}
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: Content;
  readonly responses: Record<string, Content>;
}

/** Name of a schema as the document refers to it; `(plain)`: it has none of its own. */
const nameOf = (schema: z.ZodType | undefined): string | undefined =>
  schema && (z.globalRegistry.get(schema)?.id ?? '(plain)');
const refOf = (part: Content | undefined): string | undefined => {
  const json = part?.content?.['application/json'];
  return json && (json.schema?.$ref?.split('/').at(-1) ?? '(plain)');
};

describe('the table of routes', () => {
  let world: World;
  let operations: Map<string, Operation>;

  beforeAll(async () => {
    world = await makeWorld();
    const { body } = await world.call('GET', '/api/openapi.json');
    const paths = Object.entries((body as { paths: Record<string, Record<string, Operation>> }).paths);
    operations = new Map(
      paths
        .filter(([path]) => path.startsWith('/api/'))
        .flatMap(([path, item]) =>
          Object.entries(item).map(([method, operation]): [string, Operation] => [
            `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
            operation,
          ]),
        ),
    );
  });
  afterAll(() => world.stop());

  it('has every route of the API and no other, as the controllers and the table of permissions have', () => {
    const known = Object.keys(API_ROUTES).toSorted();
    expect([...operations.keys()].toSorted()).toEqual(known);
    expect(
      Object.keys(ROUTES)
        .filter((name) => name.includes(' /api/'))
        .toSorted(),
    ).toEqual(known);
  });

  it.each(Object.entries(API_ROUTES))('says of %s what its controller says', (name, route) => {
    const operation = operations.get(name);
    const queries = operation?.parameters?.filter((one) => one.in === 'query').map((one) => one.name);
    if (route.other !== true || route.query)
      expect(queries?.toSorted()).toEqual(Object.keys(route.query?.shape ?? {}).toSorted());
    if (!route.upload) expect(refOf(operation?.requestBody)).toBe(nameOf(route.body));
    if (route.other) return;
    const status = route.status ?? (route.answer ? 200 : 204);
    expect(Object.keys(operation?.responses ?? {})).toContain(String(status));
    expect(refOf(operation?.responses[String(status)])).toBe(nameOf(route.answer));
  });
});
