import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import type { Request, Response } from 'express';

/** File names that change with their content: `chunk-B-xOx9x_.js` of the console, `panel-94befc2ae4.css` of the widget. */
const HASHED = /-(?:[\w-]{8}|[0-9a-f]{10})\.[a-z0-9]+$/;
/** Best first: browsers name all they know and leave the choice to the server. */
const VARIANTS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

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
    const packed = await this.#packed(request, name);
    response.set(headers).vary('Accept-Encoding').type(extname(name));
    if (packed) response.set('Content-Encoding', packed.encoding);
    await new Promise<void>((resolve, reject) => {
      response.sendFile(packed?.path ?? plain, { cacheControl: false, dotfiles: 'allow' }, (error?: Error) => {
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

  /** The best compressed form that is there and that the browser takes. */
  async #packed(request: Request, name: string): Promise<{ encoding: string; path: string } | undefined> {
    for (const [encoding, suffix] of VARIANTS) {
      const path = request.acceptsEncodings(encoding) === encoding && (await this.#existing(name + suffix));
      if (path) return { encoding, path };
    }
    return undefined;
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
