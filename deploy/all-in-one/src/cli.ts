import { parseArgs } from 'node:util';
import { resetPassword } from '@beseda/admin';
import { verifyDialog } from '@beseda/dialogs';
import { startEmbeddedMongo } from '@beseda/embedded-mongo';
import { appError, toAppError } from '@beseda/errors';
import { DataFolder, type InstallationConfig, loadInstallationConfig } from '@beseda/installation';
import { openMongo } from '@beseda/mongo';
import { databaseName } from '@beseda/service-defaults';
import { LICENCE_USAGE, licence } from './cli-licence.js';
import { listParked, replayParked } from './parked.js';

const USAGE = `Usage:
  npm run verify-dialog -- <dialog id>...    checks a dialog's events: exit code 0 = whole, 1 = damaged
  npm run admin -- password <e-mail>         sets a new password, prints it and ends the operator's sessions
  npm run admin -- parked list               shows events that services could not handle, and why
  npm run admin -- parked replay             has the running services try them again now; exit code 1 = some failed again
These work beside a running Beseda and on stopped data (BESEDA_DATA, MONGO_URL and BESEDA_PREFIX as for the start).

${LICENCE_USAGE}`;

type Connection = Awaited<ReturnType<typeof openMongo>>;

/** Opens a service's database: of the server that runs now, else of the stopped data. */
async function withDatabase<T>(
  config: InstallationConfig,
  service: string,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const folder = new DataFolder(config.dataDir);
  const running = config.mongoUrl ?? folder.readRunInfo()?.mongoUrl;
  const own = running === undefined ? await openStopped(folder) : undefined;
  try {
    const uri = running ?? own?.uri ?? '';
    const connection = await openMongo({
      uri,
      dbName: databaseName(service, process.env['BESEDA_PREFIX'] ?? ''),
      maxPoolSize: 2,
    });
    try {
      return await work(connection);
    } finally {
      await connection.close();
    }
  } finally {
    await own?.stop();
  }
}

async function openStopped(folder: DataFolder): Promise<{ uri: string; stop(): Promise<void> }> {
  if (!folder.exists()) {
    throw appError('NOT_FOUND', `There are no data of Beseda in ${folder.path}. Set BESEDA_DATA to the data folder.`);
  }
  folder.open();
  const server = await startEmbeddedMongo({ path: folder.database() });
  return {
    uri: server.uri,
    stop: async () => {
      await server.stop();
      folder.close();
    },
  };
}

async function verify(config: InstallationConfig, dialogIds: readonly string[]): Promise<number> {
  return withDatabase(config, 'dialogs', async (connection) => {
    let code = 0;
    for (const id of dialogIds) code = Math.max(code, await verifyOne(connection, id));
    return code;
  });
}

async function verifyOne(connection: Connection, dialogId: string): Promise<number> {
  const report = await verifyDialog(connection, dialogId);
  if (report.ok) {
    process.stdout.write(`${dialogId}: ok, ${report.events} events\n`);
    return 0;
  }
  const lines = report.problems.map((problem) => `  event ${problem.seq}: ${problem.kind}. ${problem.detail}`);
  process.stdout.write(
    `${dialogId}: damaged, ${report.problems.length} of ${report.events} events\n${lines.join('\n')}\n`,
  );
  return 1;
}

async function parked(config: InstallationConfig, command: string): Promise<number> {
  const of = <T>(service: string, work: (connection: Connection) => Promise<T>): Promise<T> =>
    withDatabase(config, service, work);
  if (command === 'list') return listParked(of, (line) => process.stdout.write(line));
  const running = config.mongoUrl !== undefined || new DataFolder(config.dataDir).readRunInfo() !== undefined;
  return replayParked(of, running, (line) => process.stdout.write(line));
}

async function password(config: InstallationConfig, email: string): Promise<number> {
  const made = await withDatabase(config, 'admin', (connection) => resetPassword(connection, email));
  process.stdout.write(`The password of ${email} is now ${made} (shown only this once). Other sessions have ended.\n`);
  return 0;
}

async function main(args: readonly string[]): Promise<number> {
  if (args[0] === 'admin' && args[1] === 'licence') {
    const code = await licence(args.slice(2));
    if (code !== undefined) return code;
  }
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true, strict: true });
  const [command, first, second] = positionals;
  if (command === 'verify-dialog' && first) return verify(loadInstallationConfig(process.env), positionals.slice(1));
  if (command === 'admin' && first === 'password' && second)
    return password(loadInstallationConfig(process.env), second);
  if (command === 'admin' && first === 'parked' && (second === 'list' || second === 'replay'))
    return parked(loadInstallationConfig(process.env), second);
  process.stderr.write(USAGE);
  return 2;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    const known = toAppError(error);
    process.stderr.write(`${known.code === 'INTERNAL' && error instanceof Error ? error.message : known.detail}\n`);
    process.exit(2);
  },
);
