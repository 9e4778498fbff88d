import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { Route, Routes } from '../route.js';
import { PROBLEM_CONTENT, problemComponent, refusal, refusalResponses, refusalsOf } from './refusals.js';

const plain = (description: string, type: string): object => ({ description, content: { [type]: { schema: {} } } });
const page = (summary: string, responses: object): object => ({
  get: { operationId: summary, summary, tags: ['health'], parameters: [], responses },
});
/** Every service has these; they are not of the controllers. */
const HEALTH = {
  '/health/live': page('Whether the process works', { 200: plain('It does', 'application/json') }),
  '/health/ready': page('Whether it can serve', {
    200: plain('It can', 'application/json'),
    503: plain('It cannot: the checks say why', 'application/json'),
  }),
  '/metrics': page('Metrics in the format of Prometheus', { 200: plain('The metrics', 'text/plain') }),
};

/** The API's description (OpenAPI), made from the controllers and the table of routes when it is first asked for. */
export class ApiDescription {
  #application: INestApplication | undefined;
  #document: OpenAPIObject | undefined;

  constructor(private readonly routes: Routes) {}

  use(application: INestApplication): void {
    this.#application = application;
  }

  document(): OpenAPIObject {
    if (!this.#application) throw new TypeError('the application is not known yet');
    return (this.#document ??= describe(this.#application, this.routes));
  }
}

interface Operation {
  parameters?: { name?: string; in?: string }[];
  responses: Record<string, { $ref?: string; description?: string; content?: object }>;
  security?: object[];
}

function describe(application: INestApplication, routes: Routes): OpenAPIObject {
  const info = new DocumentBuilder()
    .setTitle('Beseda')
    .setDescription('Errors are application/problem+json, times ISO 8601 in UTC, ids opaque strings.')
    .setVersion('1')
    .addBearerAuth()
    .build();
  const document = SwaggerModule.createDocument(application, info);
  const components = (document.components ??= {});
  components.schemas = { ...components.schemas, Problem: problemComponent() };
  components.responses = { ...components.responses, ...(refusalResponses() as typeof components.responses) };
  const rows = new Map(Object.entries(routes).map(([route, row]) => [templateOf(route), { route, row }]));
  for (const [path, item] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(item as Record<string, Operation>)) {
      const found = rows.get(templateOf(`${method.toUpperCase()} ${path}`));
      addPathParameters(path, operation);
      if (found) complete(operation, found.route, found.row);
    }
  Object.assign(document.paths, HEALTH);
  return document;
}

/** `GET /sites/:siteId` and `GET /sites/{siteId}` alike. */
const templateOf = (route: string): string => route.replace(/[:*](\w+)/g, '{$1}');

/** Adds what follows from the route's row: every refusal, and that it takes a token. */
function complete(operation: Operation, route: string, row: Route): void {
  const [method = '', path = ''] = route.split(' ');
  const query = operation.parameters?.some((parameter) => parameter.in === 'query') ?? false;
  for (const [status, response] of Object.entries(operation.responses))
    // Nest has no words for an answer without a body.
    operation.responses[status] = { ...response, description: response.description || 'Done' };
  for (const status of refusalsOf(row, { method, path, query })) {
    const own = operation.responses[status];
    operation.responses[status] = own ? { ...own, content: { ...own.content, ...PROBLEM_CONTENT } } : refusal(status);
  }
  if (row.who !== 'anyone') operation.security = [{ bearer: [] }];
}

/** The site of a path is read by the guard, not by the controller: its parameter must be added. */
function addPathParameters(path: string, operation: Operation): void {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const given = operation.parameters ?? [];
  const missing = names.filter(
    (name) => !given.some((parameter) => parameter.in === 'path' && parameter.name === name),
  );
  const added = missing.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  operation.parameters = [...added, ...given];
}
