// What `npm run faults` runs: every fault scenario at full length. `npm run faults -- --seed 7` takes another seed, `--rounds` and
// `--cuts` other lengths. The result is the list of what was done, with its rounds, seed and time.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    cuts: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '20' },
  },
});
const root = join(import.meta.dirname, '..');
const specs = {
  e2e: ['cuts', 'crash', 'faults-on-services', 'broker-faults', 'settings-on-services'],
  'services/contacts': ['kill'],
  'libs/embedded-mongo': ['kill'],
};
const env = {
  ...process.env,
  BESEDA_CUTS: values.cuts,
  BESEDA_CRASH_ROUNDS: values.rounds,
  BESEDA_SERVICES_ROUNDS: values.rounds,
  BESEDA_BROKER_ROUNDS: values.rounds,
  BESEDA_SETTINGS_ROUNDS: values.rounds,
  KILL_ROUNDS: values.rounds,
  BESEDA_ALL_KINDS: '1',
  BESEDA_FREEZE_MS: '20000',
  ...(values.seed ? { BESEDA_SEED: values.seed } : {}),
};
for (const [folder, files] of Object.entries(specs)) {
  const jest = ['--experimental-vm-modules', '--no-warnings', join(root, 'node_modules/jest/bin/jest.js')];
  const args = [...jest, '--runInBand', '--verbose', ...files];
  const { status } = spawnSync(process.execPath, args, { cwd: join(root, folder), stdio: 'inherit', env });
  if (status !== 0) process.exitCode = status ?? 1;
}
