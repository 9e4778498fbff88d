import { announcement, loadInstallationConfig, startFailure } from '@beseda/installation';
import { onSignal } from '@beseda/service-defaults';
import { type Beseda, startBeseda } from './beseda.js';

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
  beseda = await startBeseda(loadInstallationConfig(process.env), process.env);
  process.stdout.write(announcement(beseda.ready, beseda));
  await beseda.announced();
} catch (error) {
  process.stderr.write(startFailure(error));
  process.exit(1);
}
