import type { IncomingMessage } from 'node:http';
import { appError } from '@beseda/errors';
import type { Directory } from '../../application/directory.js';
import { originAllowed } from '../../application/site-domains.js';
import type { GatewayConfig } from '../../config/gateway-config.js';

type Headers = IncomingMessage['headers'];

const first = (value: string | string[] | undefined): string | undefined =>
  (Array.isArray(value) ? value[0] : value)?.split(',')[0]?.trim();

/**
 * Where a browser may open sockets from. A browser always says where its page comes from; whoever says nothing is no browser
 * and holds a token of his own.
 */
export class Origins {
  constructor(
    private readonly config: Pick<GatewayConfig, 'publicUrl' | 'trustProxy'>,
    private readonly directory: Directory,
  ) {}

  /** Our own page: the public address, or the very host that was asked. */
  own(headers: Headers): boolean {
    const { origin } = headers;
    if (origin === undefined) return true;
    const url = URL.parse(origin);
    if (!url) return false;
    if (this.config.publicUrl !== undefined && url.origin === new URL(this.config.publicUrl).origin) return true;
    const forwarded = this.config.trustProxy > 0 ? first(headers['x-forwarded-host']) : undefined;
    return url.host === (forwarded ?? headers.host);
  }

  /** Before anything is known of the socket: our own page, or one that some site allows. */
  any(headers: Headers): boolean {
    return (
      this.own(headers) || this.directory.allSites().some(({ domains }) => originAllowed(domains, headers.origin ?? ''))
    );
  }

  /** @throws AppError PERMISSION_DENIED */
  assertOwn(headers: Headers): void {
    if (!this.own(headers)) throw refused();
  }

  /** @throws AppError PERMISSION_DENIED */
  assertSite(headers: Headers, domains: readonly string[]): void {
    if (!this.own(headers) && !originAllowed(domains, headers.origin ?? '')) throw refused();
  }
}

const refused = (): Error => appError('PERMISSION_DENIED', 'Pages of this origin may not connect here.');
