import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = join(import.meta.dirname, '..', '..');

/** Builds the package when `dist` is missing or older than the sources; gives the path of a file in it. */
export function built(file: string): string {
  const output = join(PACKAGE, 'dist', file);
  const newest = Math.max(
    ...readdirSync(join(PACKAGE, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
      .map((name) => statSync(join(PACKAGE, 'src', name)).mtimeMs),
  );
  if ((statSync(output, { throwIfNoEntry: false })?.mtimeMs ?? 0) < newest) {
    execFileSync('npm', ['run', '--silent', 'build'], { cwd: PACKAGE, stdio: 'ignore' });
  }
  return output;
}
