/** Content security policies of the pages. Each allows what its page needs and nothing from elsewhere. */

/** `Host` of a request, if it can be part of a policy. */
const safeHost = (host: string | undefined): string | undefined =>
  host !== undefined && /^[\w.-]+(:\d+)?$|^\[[\da-f:]+\](:\d+)?$/i.test(host) ? host : undefined;

/** Older browsers do not count websockets of the own origin as 'self'. */
function connectSources(host: string | undefined): string {
  const safe = safeHost(host);
  return safe ? `'self' ws://${safe} wss://${safe}` : "'self'";
}

const join = (directives: Record<string, string>): string =>
  Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ');

/** The console: own scripts; style elements that Angular adds carry the nonce. */
export const consolePolicy = (nonce: string, host: string | undefined): string =>
  join({
    'default-src': "'self'",
    'script-src': "'self'",
    'style-src': `'self' 'nonce-${nonce}'`,
    'style-src-attr': "'unsafe-inline'",
    'img-src': "'self' data: blob:",
    'font-src': "'self' data:",
    'connect-src': connectSources(host),
    'worker-src': "'self'",
    'object-src': "'none'",
    'base-uri': "'self'",
    'form-action': "'self'",
    'frame-ancestors': "'none'",
  });

/** The widget's frame; `ancestors` are the pages that may show it. */
export const panelPolicy = (ancestors: string, host: string | undefined): string =>
  join({
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' data: blob:",
    'font-src': "'self'",
    'media-src': "'self' blob:",
    'connect-src': connectSources(host),
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': ancestors,
  });

/** The widget in the console's settings: shows the panel in a frame, asks nobody for anything. */
export const PREVIEW_POLICY = join({
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data: blob:",
  'frame-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'self'",
});

/** The demo shop: what a strict customer's page allows. */
export const DEMO_POLICY = join({
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'frame-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'self'",
});

/** Everything that is no page: nothing may be loaded from it, nobody may frame it. */
export const BARE_POLICY = join({ 'default-src': "'none'", 'frame-ancestors': "'none'" });
