import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/**
 * Address of whoever is behind so many proxies: each adds the address it was called from to `X-Forwarded-For`. What is no
 * address there was not written by a proxy: the nearest known one counts, so that nothing else ever gets into logs and calls.
 */
export function clientAddress(headers: IncomingHttpHeaders, remote: string, hops: number): string {
  const given = headers['x-forwarded-for'];
  const forwarded = (Array.isArray(given) ? given.join(',') : (given ?? '')).split(',').map((part) => part.trim());
  let address = remote;
  for (const part of forwarded
    .filter((one) => one !== '')
    .toReversed()
    .slice(0, hops)) {
    const next = withoutPort(part);
    if (!isIP(next)) break;
    address = next;
  }
  return address;
}

/** Some proxies write `203.0.113.5:4711` and `[2001:db8::1]:4711`. */
const withoutPort = (part: string): string =>
  /^\[([^\]]+)\](?::\d+)?$|^([\d.]+):\d+$/.exec(part)?.slice(1).find(Boolean) ?? part;
