import { announcement, startFailure } from '@beseda/installation';
import { onSignal } from '@beseda/service-defaults';
import { loadServicesConfig } from './options.js';
import { Services } from './services.js';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

let services: Services | undefined;
// A signal during the start must end it too.
onSignal(async () => services?.stop());

try {
  services = new Services(loadServicesConfig(process.env, process.argv.slice(2)), process.env, print);
  const running = await services.start();
  const { urls } = running.ready;
  print(announcement(running.ready, { ...running, more: urls.length > 1 ? [['Gateways', urls.join('  ')]] : [] }));
  running.announced();
} catch (error) {
  process.stderr.write(startFailure(error));
  await services?.stop();
  process.exit(1);
}
