import { toAppError } from '@beseda/errors';
import { onSignal } from '@beseda/service-defaults';
import { type Beseda, startBeseda } from './beseda.js';
import { loadConfig } from './config.js';

function announce({ ready, embedded, dataDir }: Beseda): void {
  const lines = [
    '',
    'Beseda is ready.',
    `  Console    ${ready.url}/`,
    `  Demo page  ${ready.demo}`,
    `  Login      ${ready.login}`,
    ...(ready.password === undefined ? [] : [`  Password   ${ready.password}   (shown only this once: keep it)`]),
    `  Data       ${dataDir}`,
    ...(embedded
      ? ['  Database   embedded, for trying out, development and tests; set MONGO_URL for a real MongoDB']
      : []),
    '  Stop       Ctrl+C',
    '',
    `BESEDA_READY ${JSON.stringify(ready)}`,
    '',
  ];
  process.stdout.write(lines.join('\n'));
}

process.on('unhandledRejection', (error) => {
  process.stderr.write(
    `Beseda stops: a failure that nobody handled.\n${error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exit(1);
});

// A signal during the start must end it too.
let beseda: Beseda | undefined;
onSignal(async () => beseda?.stop());

try {
  beseda = await startBeseda(loadConfig(process.env), process.env);
  announce(beseda);
  await beseda.announced();
} catch (error) {
  // One line that says what to change; only a defect of ours comes with its stack, for the report.
  const known = toAppError(error);
  const stack = known.code === 'INTERNAL' && error instanceof Error ? `\n${error.stack}` : '';
  process.stderr.write(`Beseda cannot start: ${known.detail}${stack}\n`);
  process.exit(1);
}
