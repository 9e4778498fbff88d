/** What the headers say of a file. */
export interface ContentMeta {
  name: string;
  type: string;
  size: number;
  inline: boolean;
}

/** Types a browser could run if it ever showed them; they are sent as plain bytes. */
const ACTIVE = /html|xml|svg|script/;

/** Pictures stay in the browser's own cache as long as their address stays equal; seconds. */
const CACHE_SECONDS = 300;

/** RFC 5987 value: what `encodeURIComponent` leaves and the RFC does not allow is encoded too. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** RFC 6266: a plain name for old readers, the real one in UTF-8 beside it. */
function disposition(kind: 'inline' | 'attachment', name: string): string {
  const plain = name.replace(/[^\x20-\x7E]/g, '_').replace(/["\\%]/g, '_');
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded(name)}`;
}

/**
 * Headers of a file's answer. Only pictures are shown in place, and not when `download` is asked; everything else is
 * saved. Nothing in it can run: no sniffing, and a sandbox without any source.
 */
export function contentHeaders(
  meta: ContentMeta,
  { download = false }: { download?: boolean } = {},
): Record<string, string> {
  return {
    'Content-Type': ACTIVE.test(meta.type) ? 'application/octet-stream' : meta.type,
    'Content-Length': String(meta.size),
    'Content-Disposition': disposition(meta.inline && !download ? 'inline' : 'attachment', meta.name),
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': `private, max-age=${CACHE_SECONDS}`,
  };
}
