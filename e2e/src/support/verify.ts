import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './product.js';

/**
 * Checks the stored events of dialogs with the product's own tool.
 * @param env where they are: BESEDA_DATA, BESEDA_PREFIX
 * @throws Error with what the tool printed, when one is damaged
 */
export async function verifyDialogs(dialogIds: readonly string[], env: Record<string, string>): Promise<void> {
  const cli = join(ROOT, 'deploy/all-in-one/cli.mjs');
  const args = ['--disable-warning=ExperimentalWarning', cli, 'verify-dialog', ...dialogIds];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, ...env } });
  const whole = stdout.match(/: ok, \d+ events$/gm)?.length ?? 0;
  if (whole !== dialogIds.length) throw new Error(`${whole} of ${dialogIds.length} dialogs are whole:\n${stdout}`);
}
