import { checked } from '@beseda/errors';
import { StandardSchemaValidationPipe } from '@nestjs/common';
import type { z } from 'zod';

/** Checks every `@Body({ schema })` and `@Query({ schema })`; all wrong fields are named at once, in words of our own. */
class SchemaPipe extends StandardSchemaValidationPipe {
  protected override validate<T>(value: unknown, schema: object): { value: T } {
    return { value: checked(schema as z.ZodType<T>, value) };
  }
}
export const validationPipe = (): StandardSchemaValidationPipe => new SchemaPipe();
