import { fileURLToPath } from 'node:url';
import { type BaseConfig, configReader } from '@beseda/service-defaults';
import { z } from 'zod';

const repository = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));

const shape = {
  BESEDA_HOST: z.string().min(1).default('127.0.0.1'),
  BESEDA_PORT: z.coerce.number().int().min(0).max(65_535).default(4300),
  BESEDA_PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional(),
  BESEDA_TRUST_PROXY: z
    .string()
    .regex(/^(off|\d{1,2})$/, 'must be "off" or a number of hops')
    .default('off'),
  BESEDA_CONSOLE_DIR: z.string().default(repository('frontend/console/dist')),
  BESEDA_WIDGET_DIR: z.string().default(repository('frontend/widget/dist')),
  /** Multiplies the limits of the widget's routes: more for load tests, less for a small installation. */
  BESEDA_WIDGET_RATE_FACTOR: z.coerce.number().positive().max(1_000).default(1),
};

/** What the gateway is told from outside. */
export interface GatewayConfig extends BaseConfig {
  /** Address people see, without a slash at the end; unset: the one it listens on. */
  publicUrl?: string;
  /** How many proxies before it may be believed about the caller's address; 0: none. */
  trustProxy: number;
  pages: { console: string; widget: string };
  widgetRateFactor: number;
}

/** Reads the environment; `BESEDA_HOST` and `BESEDA_PORT` are the one public address. */
export const loadGatewayConfig = configReader(shape, (parsed) => ({
  http: { host: parsed.BESEDA_HOST, port: parsed.BESEDA_PORT },
  ...(parsed.BESEDA_PUBLIC_URL === undefined ? {} : { publicUrl: parsed.BESEDA_PUBLIC_URL.replace(/\/+$/, '') }),
  trustProxy: parsed.BESEDA_TRUST_PROXY === 'off' ? 0 : Number(parsed.BESEDA_TRUST_PROXY),
  pages: { console: parsed.BESEDA_CONSOLE_DIR, widget: parsed.BESEDA_WIDGET_DIR },
  widgetRateFactor: parsed.BESEDA_WIDGET_RATE_FACTOR,
}));
