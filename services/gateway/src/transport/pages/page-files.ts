import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import type { Request, Response } from 'express';

/** File names that change with their content: `main-ABCD2345.js` of the console, `panel-94befc2ae4.css` of the widget. */
const HASHED = /-(?:[A-Z2-7]{8}|[0-9a-f]{8,})\.[a-z0-9]+$/;
const VARIANTS = { br: '.br', gzip: '.gz' } as const;

/** Files of one folder, compressed ones (`.br`, `.gz` beside the file) where the browser takes them. */
export class PageFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = normalize(root);
  }

  /** Text of a file; undefined when it is not there. */
  async text(name: string): Promise<string | undefined> {
    const path = await this.#existing(name);
    return path && readFile(path, 'utf8');
  }

  /** Sends a file. @returns false when it is not there */
  async send(request: Request, response: Response, name: string, headers: Record<string, string>): Promise<boolean> {
    const plain = await this.#existing(name);
    if (!plain) return false;
    const encoding = request.acceptsEncodings('br', 'gzip', 'identity');
    const variant = encoding === 'br' || encoding === 'gzip' ? VARIANTS[encoding] : undefined;
    const packed = variant && (await this.#existing(name + variant));
    response.set(headers).vary('Accept-Encoding').type(extname(name));
    if (packed) response.set('Content-Encoding', String(encoding));
    await new Promise<void>((resolve, reject) => {
      response.sendFile(packed ?? plain, { cacheControl: false, dotfiles: 'allow' }, (error?: Error) => {
        // The reader went away: nobody is left to tell.
        if (!error || response.headersSent) return resolve();
        // What was said of the file is not true of the refusal.
        for (const name of ['Content-Encoding', 'ETag', 'Last-Modified', 'Accept-Ranges']) response.removeHeader(name);
        response.set('Cache-Control', 'no-cache');
        reject(error);
      });
    });
    return true;
  }

  /** Absolute path of a file inside the folder. */
  async #existing(name: string): Promise<string | undefined> {
    const path = normalize(join(this.#root, name));
    if (!path.startsWith(this.#root + sep) || name.includes('\0')) return undefined;
    const found = await stat(path).catch(() => undefined /* not there, or not to be read: both are "no such file" */);
    return found?.isFile() ? path : undefined;
  }
}

/** How long a file may be kept: for ever when its name tells its content. */
export const cacheControl = (name: string): string =>
  HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache';
