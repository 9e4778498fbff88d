import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { PROBLEM_CONTENT } from './openapi/refusals.js';

/** OpenAPI wants a sentence for each status. */
const DONE = 'Done';

/** Lists the fields of a query in the API's description; Nest does it for bodies by itself. */
export function ApiZodQuery(schema: z.ZodObject): MethodDecorator {
  const json = z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input' }) as {
    properties?: Record<string, object>;
    required?: string[];
  };
  const queries = Object.entries(json.properties ?? {}).map(([name, property]) =>
    ApiQuery({ name, required: json.required?.includes(name) ?? false, schema: property as never }),
  );
  return applyDecorators(...queries);
}

/** Describes the answer of a route. */
export const Answers = (schema: z.ZodType, status = 200): MethodDecorator =>
  ApiResponse({ status, description: DONE, standardSchema: schema as never });

/** Describes an answer that is no JSON, by its media types. */
const content = (status: number, description: string, ...types: string[]): MethodDecorator =>
  ApiResponse({
    status,
    description,
    content: Object.fromEntries(types.map((type) => [type, { schema: { type: 'string', format: 'binary' } }])),
  });

/** Describes an answer that is a file of text/csv. */
export const AnswersCsv = (): MethodDecorator =>
  ApiResponse({ status: 200, description: DONE, content: { 'text/csv': { schema: { type: 'string' } } } });

/** Describes an answer that is a file of any type. */
export const AnswersFile = (): MethodDecorator => content(200, 'The bytes of the file', '*/*');

/** Describes an answer that sends the browser somewhere else. */
export const AnswersRedirect = (): MethodDecorator =>
  ApiResponse({
    status: 302,
    description: 'Go there',
    headers: { Location: { schema: { type: 'string' }, description: 'An address, or a path of the console' } },
  });

/** Describes a file of console or widget: browsers keep it, ask whether it has changed, and may take a part of it. */
export const AnswersPageFile = (...types: string[]): MethodDecorator =>
  applyDecorators(
    content(200, 'The file', ...types),
    content(206, 'A part of the file', ...types),
    ApiResponse({ status: 304, description: 'Not changed' }),
    ...[412, 416].map((status) =>
      ApiResponse({ status, description: 'No such file or part', content: PROBLEM_CONTENT }),
    ),
  );

/** Describes a page that is made anew for each request; 404 is a page as well. */
export const AnswersPage = (): MethodDecorator => content(200, 'The page', 'text/html');
export const AnswersNoSuchPage = (): MethodDecorator => content(404, 'There is no such site', 'text/html');

/** Describes a multipart upload of one file. */
export const ApiUpload = (
  { clientMessageId }: { clientMessageId: boolean } = { clientMessageId: true },
): MethodDecorator =>
  applyDecorators(
    ApiConsumes('multipart/form-data'),
    ApiBody({
      schema: {
        type: 'object',
        required: clientMessageId ? ['file', 'clientMessageId'] : ['file'],
        properties: {
          file: { type: 'string', format: 'binary' },
          ...(clientMessageId ? { clientMessageId: { type: 'string' }, dialogId: { type: 'string' } } : {}),
        },
      },
    }),
  );
