// What `npm run faults` runs: the fault scenarios at full length. `npm run faults -- --seed 7` takes another seed.
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
const result = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings',
    join(root, 'node_modules/jest/bin/jest.js'),
    '--runInBand',
    'cuts',
    'crash',
    'faults-on-services',
    'broker-faults',
    'settings-on-services',
  ],
  {
    cwd: join(root, 'e2e'),
    stdio: 'inherit',
    env: {
      ...process.env,
      BESEDA_CUTS: values.cuts,
      BESEDA_CRASH_ROUNDS: values.rounds,
      BESEDA_SERVICES_ROUNDS: values.rounds,
      BESEDA_BROKER_ROUNDS: values.rounds,
      BESEDA_SETTINGS_ROUNDS: values.rounds,
      BESEDA_FREEZE_MS: '20000',
      ...(values.seed ? { BESEDA_SEED: values.seed } : {}),
    },
  },
);
process.exitCode = result.status ?? 1;
