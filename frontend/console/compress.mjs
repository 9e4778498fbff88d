// Writes compressed forms (.br, .gz) beside the files of the build that are text: the gateway sends them where a browser takes them.
import { readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const folder = join(import.meta.dirname, 'dist/browser');
/** Fonts are compressed already; the page itself is made anew for each request. */
const PACKED = new Set(['.js', '.css', '.svg', '.json']);
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };

/** Never half a file: a server may read the folder meanwhile. */
async function put(path, content) {
  await writeFile(`${path}.tmp`, content);
  await rename(`${path}.tmp`, path);
}

const names = (await readdir(folder, { recursive: true })).filter((name) => PACKED.has(extname(name)));
await Promise.all(
  names.map(async (name) => {
    const path = join(folder, name);
    const content = await readFile(path);
    await put(`${path}.br`, await promisify(brotliCompress)(content, brotli));
    await put(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
  }),
);
