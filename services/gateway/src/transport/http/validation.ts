import { type FieldError, assertShape, checked, invalidFields } from '@beseda/errors';
import { type ArgumentMetadata, StandardSchemaValidationPipe } from '@nestjs/common';
import type { z } from 'zod';

/** Checks every `@Body({ schema })` and `@Query({ schema })`; wrong fields are named together, in words of our own. */
class SchemaPipe extends StandardSchemaValidationPipe {
  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    if (metadata.type === 'query') assertReadable(value);
    return super.transform(value, metadata);
  }

  /** In place of Nest's own, which deletes such keys without a word and recurses as deep as a value goes. */
  protected override stripProtoKeys(value: unknown): void {
    assertShape(value);
  }

  protected override validate<T>(value: unknown, schema: object): { value: T } {
    return { value: checked(schema as z.ZodType<T>, value) };
  }
}
export const validationPipe = (): StandardSchemaValidationPipe => new SchemaPipe();

/** A query is one line: nobody types NUL or another control character, and databases refuse them in patterns. */
function assertReadable(query: unknown): void {
  const wrong: FieldError[] = Object.entries(query ?? {}).flatMap(([path, value]) =>
    [value].flat().some((one) => typeof one === 'string' && /[\u0000-\u001f\u007f]/.test(one))
      ? [{ path, code: 'invalid_value', message: 'must not contain control characters' }]
      : [],
  );
  if (wrong.length > 0) throw invalidFields(wrong);
}
