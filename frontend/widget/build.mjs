// Builds dist: the loader, the panel's page with its hashed assets, the console's preview, the demo page; then weighs what a first
// conversation needs (what the panel loads later, like the offline form, is not part of it).
import { build } from 'esbuild';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = dirname(fileURLToPath(import.meta.url));
const src = (path) => join(root, 'src', path);

/** Bytes after gzip. */
export const LIMITS = { loader: 10_000, conversation: 45_000 };

/** Sockets are websocket only: the other transports of the client stay out (3 kB after gzip). */
const websocketOnly = {
  name: 'websocket-only',
  setup(build) {
    build.onLoad({ filter: /engine\.io-client[\\/]build[\\/]esm[\\/]transports[\\/]index\.js$/ }, () => ({
      contents: "import { WS } from './websocket.js'; export const transports = { websocket: WS };",
    }));
    // the client's index re-exports them: without side effects of their own, what nobody uses goes
    build.onResolve({ filter: /^\.\/transports\/(polling|webtransport)/ }, async ({ path, ...rest }) => {
      if (rest.pluginData === 'seen') return undefined;
      const found = await build.resolve(path, { ...rest, pluginData: 'seen' });
      return { path: found.path, sideEffects: false };
    });
  },
};

/** What the client of socket.io can do and we never ask it for: binary data, better transports, connecting again by itself. */
const STUBS = {
  'socket.io-parser/build/esm/is-binary.js': 'export const isBinary = () => false, hasBinary = isBinary;',
  'socket.io-parser/build/esm/binary.js':
    'export const deconstructPacket = (packet) => ({ packet, buffers: [] }), reconstructPacket = (packet) => packet;',
  // the browser's own parser, in the shape of the client's
  'engine.io-client/build/esm/contrib/parseuri.js': `export const parse = (source) => {
    const { protocol, hostname, port, pathname, search } = new URL(source, location.href);
    const host = hostname.replace(/^\\[|]$/g, '');
    return { source, protocol: protocol.slice(0, -1), host, port, path: pathname, query: search.slice(1) };
  };`,
  'engine.io-parser/build/esm/contrib/base64-arraybuffer.js': 'export const decode = () => new ArrayBuffer(0);',
  'socket.io-client/build/esm/contrib/backo2.js':
    'export class Backoff { setMin() {} setMax() {} setJitter() {} reset() {} duration() { return 0; } attempts = 0; }',
};
const UNUSED_METHODS = {
  'engine.io-client/build/esm/socket.js': ['_probe'],
  'socket.io-client/build/esm/manager.js': ['reconnect', 'onreconnect'],
  'socket.io-client/build/esm/socket.js': [
    ...['send', 'emitWithAck', '_addToQueue', 'compress', 'volatile', 'timeout', 'onAny', 'prependAny', 'offAny'],
    ...['listenersAny', 'onAnyOutgoing', 'prependAnyOutgoing', 'offAnyOutgoing', 'listenersAnyOutgoing'],
  ],
};

/** Leaves that out (2 kB after gzip). A method that looks different in a later version stays: only the weight tells. */
const leanSockets = {
  name: 'lean-sockets',
  setup(build) {
    build.onLoad({ filter: /(socket|engine)\.io-(client|parser)[\\/]build[\\/]esm[\\/].*\.js$/ }, async ({ path }) => {
      const is = (name) => path.replaceAll('\\', '/').endsWith(`/${name}`);
      const stub = Object.keys(STUBS).find(is);
      if (stub) return { contents: STUBS[stub] };
      const file = Object.keys(UNUSED_METHODS).find(is);
      if (!file) return undefined;
      let contents = await readFile(path, 'utf8');
      for (const name of UNUSED_METHODS[file])
        contents = contents.replace(new RegExp(`\\n {4}(get )?${name}\\([^\\n]*\\) \\{[^]*?\\n {4}\\}\\n`), '\n');
      return { contents };
    });
  },
};

const SHARED = {
  bundle: true,
  plugins: [websocketOnly, leanSockets],
  minify: true,
  write: false,
  format: 'iife',
  target: ['es2022', 'chrome100', 'firefox101', 'safari16'],
  conditions: ['@beseda/source'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  charset: 'utf8',
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
  // the debug build of socket.io logs through a package of its own
  mainFields: ['browser', 'module', 'main'],
};

/** Parts of the panel that come when they are needed, by what the panel imports them as. */
const LATER = ['view/offline-form', 'view/dialog-list', 'inert', 'i18n/ru', 'i18n/en'];

/** Later parts take what the panel has from it (src/panel/shared.ts): chunks that both import would weigh more than they save. */
const takesShared = {
  name: 'takes-shared',
  setup(build) {
    build.onResolve({ filter: /^preact(\/|$)|^\.\/(icons|avatar)\.js$/ }, () => ({
      path: 'shared',
      namespace: 'shared',
    }));
    build.onLoad({ filter: /.*/, namespace: 'shared' }, () => ({
      contents: 'module.exports = globalThis.besedaShared;',
    }));
  },
};

/** The panel and its later parts, each under a name with a hash. */
async function bundlePanel() {
  const later = {};
  for (const name of LATER) {
    const plugins = [takesShared];
    const path = src(`panel/${name}.ts${name.startsWith('view/') ? 'x' : ''}`);
    const result = await build({ ...SHARED, plugins, format: 'esm', entryPoints: [path], outdir: 'out' });
    later[name] = Buffer.from(result.outputFiles[0].contents);
  }
  const names = Object.fromEntries(LATER.map((name) => [name, hashed(`${basename(name)}.js`, later[name])]));
  const namesLater = {
    name: 'names-later',
    setup(build) {
      build.onResolve({ filter: /^\./ }, ({ path, kind }) => {
        if (kind !== 'dynamic-import') return undefined;
        const found = LATER.find((name) => path.endsWith(`/${basename(name)}.js`));
        if (!found) throw new Error(`${path} is loaded later, but the build does not know it`);
        return { path: `./${names[found]}`, external: true };
      });
    },
  };
  const entry = await bundle('panel/main.tsx', { format: 'esm', plugins: [...SHARED.plugins, namesLater] });
  return { entry, later: Object.fromEntries(LATER.map((name) => [names[name], later[name]])) };
}

async function bundle(entry, options = {}) {
  const result = await build({ ...SHARED, ...options, entryPoints: [src(entry)], outdir: 'out' });
  const [file] = result.outputFiles;
  if (!file) throw new Error(`esbuild made nothing of ${entry}`);
  return Buffer.from(file.contents);
}

const gz = (content) => gzipSync(content, { level: 9 });

/** A file with its compressed forms beside it. */
const packed = (path, content) => [
  [path, content],
  [`${path}.gz`, gz(content)],
  [`${path}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })],
];

/**
 * Puts files in place one by one and removes what is left over last: a server that reads the folder meanwhile never finds it
 * empty or a file half written.
 */
async function replaceFolder(folder, files) {
  for (const [path, content] of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(`${target}.${process.pid}.tmp`, content);
    await rename(`${target}.${process.pid}.tmp`, target);
  }
  const wanted = new Set(files.map(([path]) => join(folder, path)));
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    // unfinished files may belong to a build that runs beside this one
    if (entry.isFile() && !path.endsWith('.tmp') && !wanted.has(path)) await rm(path, { force: true });
  }
}

/** Name with a hash of the content, so that it may be cached for ever. */
function hashed(name, content) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 10);
  return `${basename(name, extname(name))}-${hash}${extname(name)}`;
}

/** Builds everything into `dist` and returns the sizes after gzip. */
export async function buildWidget(dist = join(root, 'dist')) {
  const panel = await bundlePanel();
  const assets = { 'panel.js': panel.entry, 'panel.css': await bundle('panel/panel.css') };
  const preview = {
    'preview.js': await bundle('preview/preview.ts'),
    'preview.css': await bundle('preview/preview.css'),
  };
  const demo = { 'demo.js': await bundle('demo/demo.ts'), 'demo.css': await bundle('demo/demo.css') };
  const loader = await bundle('loader/main.ts');
  const page = async (path, names) => {
    let html = await readFile(src(path), 'utf8');
    for (const [name, content] of Object.entries(names)) html = html.replaceAll(`{{${name}}}`, hashed(name, content));
    return Buffer.from(html);
  };
  const panelHtml = await page('panel/panel.html', assets);
  await replaceFolder(dist, [
    ...Object.entries({ ...assets, ...demo, ...preview }).flatMap(([name, content]) =>
      packed(join('assets', hashed(name, content)), content),
    ),
    ...Object.entries(panel.later).flatMap(([name, content]) => packed(join('assets', name), content)),
    ...packed('widget.js', loader),
    ...packed('panel.html', panelHtml),
    ...packed('preview.html', await page('preview/preview.html', preview)),
    // placeholders are filled in when it is served: no compressed forms
    ['demo.html', await page('demo/demo.html', demo)],
  ]);
  // one language is spoken: the heavier is counted
  const texts = Object.entries(panel.later).filter(([name]) => /^(ru|en)-/.test(name));
  const [language] = texts.sort(([, a], [, b]) => gz(b).length - gz(a).length);
  const parts = { 'widget.js': loader, 'panel.html': panelHtml, ...assets, ...Object.fromEntries([language]) };
  const sizes = Object.fromEntries(Object.entries(parts).map(([name, content]) => [name, gz(content).length]));
  const conversation = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  return { ...sizes, conversation };
}

/** @throws Error that names what is too heavy. */
export function checkSizes(sizes) {
  if (sizes['widget.js'] > LIMITS.loader)
    throw new Error(`the loader weighs ${sizes['widget.js']} B gz, the limit is ${LIMITS.loader} B`);
  if (sizes.conversation > LIMITS.conversation) {
    throw new Error(`a first conversation weighs ${sizes.conversation} B gz, the limit is ${LIMITS.conversation} B`);
  }
}

/** Jest runs this before the tests: they look at what is shipped. */
export default async function build_() {
  checkSizes(await buildWidget());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sizes = await buildWidget();
  for (const [name, size] of Object.entries(sizes))
    process.stdout.write(`${name.padEnd(24)} ${String(size).padStart(6)} B gz\n`);
  checkSizes(sizes);
}
