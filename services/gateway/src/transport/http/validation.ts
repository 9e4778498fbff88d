import { checked } from '@beseda/errors';
import { StandardSchemaValidationPipe, applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';

/** Checks every `@Body({ schema })` and `@Query({ schema })`; all wrong fields are named at once, in words of our own. */
class SchemaPipe extends StandardSchemaValidationPipe {
  protected override validate<T>(value: unknown, schema: object): { value: T } {
    return { value: checked(schema as z.ZodType<T>, value) };
  }
}
export const validationPipe = (): StandardSchemaValidationPipe => new SchemaPipe();

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
  ApiResponse({ status, description: '', standardSchema: schema as never });

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

/** Describes an answer that is a file of text/csv. */
export const AnswersCsv = (): MethodDecorator =>
  ApiResponse({ status: 200, description: '', content: { 'text/csv': { schema: { type: 'string' } } } });
