import { z } from 'zod';

/** Keys of the environment that say where spans are sent. */
export const tracesEnvSchema = z.object({
  /** Base address of an OTLP/HTTP collector: `http://127.0.0.1:4318`. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional(),
});

/** Where spans are sent. */
export interface TracesSettings {
  /** Takes OTLP/HTTP requests with spans in JSON. */
  url: string;
}

/** The part of a parsed environment that is about traces; undefined when they are off. */
export function tracesSettings(env: z.output<typeof tracesEnvSchema>): TracesSettings | undefined {
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return base === undefined ? undefined : { url: `${base.replace(/\/+$/, '')}/v1/traces` };
}
