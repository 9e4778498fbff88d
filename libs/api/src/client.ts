import type { z } from 'zod';

/** Read-only all the way down. */
export type DeepReadonly<T> = T extends (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

/** An answer (or a part of one) as its reader has it. */
export type Answer<S extends z.ZodType> = DeepReadonly<z.infer<S>>;
