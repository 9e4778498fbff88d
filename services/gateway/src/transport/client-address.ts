import type { IncomingHttpHeaders } from 'node:http';

/** Address of whoever is behind so many proxies: each adds the address it was called from to `X-Forwarded-For`. */
export function clientAddress(headers: IncomingHttpHeaders, remote: string, hops: number): string {
  const given = headers['x-forwarded-for'];
  const forwarded = (Array.isArray(given) ? given.join(',') : (given ?? '')).split(',').map((part) => part.trim());
  const chain = [remote, ...forwarded.filter((part) => part !== '').toReversed()];
  return chain[Math.min(hops, chain.length - 1)] ?? remote;
}
