/**
 * Holds each package.json to what its code imports, so that an image can carry one service and only what that needs.
 *
 *   node tools/packages.mjs [--fix]
 *
 * What shipped code imports stands in `dependencies`; what only tests, scripts or types want in `devDependencies`. Packages of
 * the workspace are asked for as "*", others in exactly the version of the root package.json. `--fix` writes what is missing.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { TESTS, matches } from './lint/places.mjs';

const root = join(import.meta.dirname, '..');
const fix = process.argv.includes('--fix');
const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

/** Loaded by the name's owner at run time: nothing here imports it, an image needs it all the same. */
const LOADED_BY = {
  '@nestjs/microservices': ['@grpc/grpc-js', '@grpc/proto-loader'],
  '@nestjs/common': ['reflect-metadata', 'rxjs'],
};

const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

const isForeign = (specifier) =>
  /^[@a-z]/i.test(specifier) && !specifier.startsWith('node:') && !builtinModules.includes(packageOf(specifier));

const typesOnly = (node) => {
  const clause = node.importClause;
  if (node.isTypeOnly || clause?.isTypeOnly) return true;
  const names = clause?.namedBindings?.elements;
  return !clause?.name && names?.length > 0 && names.every((name) => name.isTypeOnly);
};

/** `{ specifier, types }` of each import, export from, `import()`, `require` and `import.meta.resolve` of a file. */
function importsOf(path) {
  const found = [];
  const note = (node, types) => {
    if (node && ts.isStringLiteralLike(node) && isForeign(node.text)) found.push({ specifier: node.text, types });
  };
  const visit = (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) note(node.moduleSpecifier, typesOnly(node));
    else if (ts.isImportTypeNode(node)) note(node.argument.literal, true);
    else if (
      ts.isCallExpression(node) &&
      /^(import|require|(import\.meta|require)\.resolve)$/.test(node.expression.getText())
    ) {
      note(node.arguments[0], false);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true));
  return found;
}

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path && existsSync(join(root, path)));
const manifests = files.filter((path) => path.endsWith('/package.json'));
const ours = new Set(manifests.map((path) => read(path).name));
const versions = { ...read('package.json').dependencies, ...read('package.json').devDependencies };

/** Whether it goes into an image. */
const ships = (path) => /\/src\/.*\.tsx?$/.test(path) && !matches(path, TESTS);

/** What a package's code wants: by name, whether at run time. */
function wantedBy(own, name) {
  const wanted = new Map();
  const want = (other, atRunTime) => {
    if (other !== name) wanted.set(other, atRunTime || wanted.get(other) === true);
  };
  for (const path of own.filter((file) => /\.(tsx?|[mc]?js)$/.test(file))) {
    for (const { specifier, types } of importsOf(path)) {
      const imported = packageOf(specifier);
      const typed = `@types/${imported.replace(/^@/, '').replace('/', '__')}`;
      if (versions[typed] && types && !versions[imported]) want(typed, false);
      else want(imported, ships(path) && !types);
      if (versions[typed] && versions[imported]) want(typed, false);
    }
  }
  for (const [owner, loaded] of Object.entries(LOADED_BY)) {
    if (wanted.get(owner)) for (const other of loaded) want(other, true);
  }
  return wanted;
}

const sorted = (names) =>
  Object.fromEntries([...names].sort().map((name) => [name, ours.has(name) ? '*' : versions[name]]));

const problems = [];
for (const path of manifests) {
  const folder = dirname(path);
  const own = files.filter((file) => file.startsWith(`${folder}/`));
  const { dependencies = {}, devDependencies = {}, ...rest } = read(path);
  const wanted = wantedBy(own, rest.name);
  // Styles, templates and builders name packages too.
  const prose = own
    .filter((file) => /\.(s?css|html|json)$/.test(file) && file !== path)
    .map((file) => readFileSync(join(root, file), 'utf8'));
  for (const [name, section] of [
    ...Object.keys(dependencies).map((n) => [n, true]),
    ...Object.keys(devDependencies).map((n) => [n, false]),
  ]) {
    if (!wanted.has(name) && prose.some((text) => text.includes(name))) wanted.set(name, section);
  }
  for (const name of wanted.keys()) {
    if (!ours.has(name) && !versions[name])
      problems.push(`${path}: "${name}" is imported and the root package.json gives no version of it`);
  }
  const next = {
    dependencies: sorted([...wanted].filter(([, atRunTime]) => atRunTime).map(([name]) => name)),
    devDependencies: sorted([...wanted].filter(([, atRunTime]) => !atRunTime).map(([name]) => name)),
  };
  if (JSON.stringify([dependencies, devDependencies]) === JSON.stringify([next.dependencies, next.devDependencies]))
    continue;
  if (!fix) {
    for (const [section, has] of Object.entries({ dependencies, devDependencies })) {
      for (const name of new Set([...Object.keys(has), ...Object.keys(next[section])])) {
        if (has[name] !== next[section][name])
          problems.push(
            `${path}: ${section}["${name}"] is ${has[name] ?? 'missing'}, should be ${next[section][name] ?? 'away'}`,
          );
      }
    }
    if (problems.length === 0) problems.push(`${path}: dependencies are not in alphabetical order`);
    continue;
  }
  for (const section of Object.keys(next)) if (Object.keys(next[section]).length > 0) rest[section] = next[section];
  writeFileSync(join(root, path), `${JSON.stringify(rest, null, 2)}\n`);
}

if (problems.length > 0) {
  process.stderr.write(
    `${problems.join('\n')}\nRun "npm run packages -- --fix", then "npm install --package-lock-only".\n`,
  );
  process.exitCode = 1;
}
