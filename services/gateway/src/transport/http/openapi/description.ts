import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

const page = (summary: string): object => ({
  get: { operationId: summary, summary, tags: ['health'], parameters: [], responses: { 200: { description: '' } } },
});

/** The API's description (OpenAPI), made from the controllers when it is first asked for. */
export class ApiDescription {
  #application: INestApplication | undefined;
  #document: OpenAPIObject | undefined;

  use(application: INestApplication): void {
    this.#application = application;
  }

  document(): OpenAPIObject {
    if (!this.#application) throw new TypeError('the application is not known yet');
    return (this.#document ??= describe(this.#application));
  }
}

function describe(application: INestApplication): OpenAPIObject {
  const info = new DocumentBuilder()
    .setTitle('Beseda')
    .setDescription('Errors are application/problem+json, times ISO 8601 in UTC, ids opaque strings.')
    .setVersion('1')
    .addBearerAuth()
    .build();
  const document = SwaggerModule.createDocument(application, info);
  // Every service has these; they are not of the controllers.
  Object.assign(document.paths, {
    '/health/live': page('Whether the process works'),
    '/health/ready': page('Whether it can serve'),
    '/metrics': page('Metrics in the format of Prometheus'),
  });
  for (const [path, item] of Object.entries(document.paths)) addPathParameters(path, item);
  return document;
}

interface Operation {
  parameters?: { name?: string; in?: string }[];
}

/** The site of a path is read by the guard, not by the controller: its parameter must be added. */
function addPathParameters(path: string, item: object): void {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  for (const operation of Object.values(item as Record<string, Operation>)) {
    const given = operation.parameters ?? [];
    const missing = names.filter(
      (name) => !given.some((parameter) => parameter.in === 'path' && parameter.name === name),
    );
    const added = missing.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
    operation.parameters = [...added, ...given];
  }
}
