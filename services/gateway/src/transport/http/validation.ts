import { AppError, type FieldError } from '@beseda/errors';
import { StandardSchemaValidationPipe, applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  readonly code?: string;
  readonly keys?: readonly string[];
}

/** Checks every `@Body({ schema })` and `@Query({ schema })`; all wrong fields are named at once. */
export const validationPipe = (): StandardSchemaValidationPipe =>
  new StandardSchemaValidationPipe({ exceptionFactory: (issues) => invalid(issues as readonly Issue[]) });

/** INVALID_ARGUMENT out of the issues of a schema. */
export function invalid(issues: readonly Issue[]): AppError {
  const fields = issues.flatMap((issue): FieldError[] => {
    const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
    if (issue.code === 'unrecognized_keys' && issue.keys)
      return issue.keys.map((key) => ({
        path: [...path, key].join('.'),
        code: 'unknown_field',
        message: 'is not a field of this request',
      }));
    return [{ path: path.join('.'), code: issue.code ?? 'invalid', message: issue.message }];
  });
  const detail = fields.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  return new AppError('INVALID_ARGUMENT', detail || 'The request is not valid.', { fields });
}

/** Parses what does not come by Nest, such as a socket's message. @throws AppError INVALID_ARGUMENT */
export function parseWith<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(result.error.issues);
}

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
export const ApiUpload = (): MethodDecorator =>
  applyDecorators(
    ApiConsumes('multipart/form-data'),
    ApiBody({
      schema: {
        type: 'object',
        required: ['file', 'clientMessageId'],
        properties: {
          file: { type: 'string', format: 'binary' },
          clientMessageId: { type: 'string' },
          dialogId: { type: 'string' },
        },
      },
    }),
  );
