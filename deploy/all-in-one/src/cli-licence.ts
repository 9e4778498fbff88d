import { chmod, open, readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { LICENCE_FEATURES, licencePublicKey, makeLicenceKeys, readLicenceKey, signLicence } from '@beseda/admin';
import { appError } from '@beseda/errors';
import { z } from 'zod';

export const LICENCE_USAGE = `  npm run admin -- licence keys [--file <path>] [--print]
                                             makes a key pair for licences; the private key goes into a file (default
                                             beseda-licence-key.pem) only its owner may read, with --print to the screen too
  npm run admin -- licence issue --key <path> --holder <name> --plan <name> --days <n>
      [--operators <n>] [--features ${LICENCE_FEATURES.join(',')}] [--from <date>]
                                             prints a licence; 0 operators = any number, --from defaults to now
`;

const DAY_MS = 86_400_000;
/** Ten years and some: longer licences are slips of the finger. Days. */
const MAX_DAYS = 3_700;

const whole = (most: number) => z.coerce.number().int().min(0).max(most);
const issueSchema = z.object({
  key: z.string().min(1),
  holder: z.string().trim().min(1).max(200),
  plan: z.string().trim().min(1).max(100),
  days: whole(MAX_DAYS).min(1),
  operators: whole(1_000_000).default(0),
  features: z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((word) => word.trim() || []))
    .pipe(z.array(z.enum(LICENCE_FEATURES))),
  from: z.coerce.date().optional(),
});

/** What each option has to be. */
const EXPECTED: Readonly<Record<string, string>> = {
  key: 'the file of a private key',
  holder: 'a name of at most 200 characters',
  plan: 'a name of at most 100 characters',
  days: `a whole number from 1 to ${MAX_DAYS}`,
  operators: 'a whole number, 0 = any number',
  features: `a list of: ${LICENCE_FEATURES.join(', ')}`,
  from: 'a date such as 2027-01-31',
};

const problemOf = (name: string, given: boolean): string =>
  `--${name} ${given ? 'must be' : 'is missing:'} ${EXPECTED[name] ?? 'something else'}`;

type Print = (text: string) => void;

async function keys(args: string[], print: Print): Promise<number> {
  const { values } = parseArgs({
    args,
    strict: true,
    options: {
      file: { type: 'string', default: 'beseda-licence-key.pem' },
      print: { type: 'boolean', default: false },
    },
  });
  const { privateKey, publicKey } = makeLicenceKeys();
  await writeSecret(values.file, privateKey);
  print(`The private key is in ${values.file}. Keep it: whoever has it can make licences.\n`);
  if (values.print) print(privateKey);
  print(`Installations that are to accept its licences need\nBESEDA_LICENCE_PUBLIC_KEY=${publicKey}\n`);
  return 0;
}

/** A key that is there already stays: licences were made with it. */
async function writeSecret(path: string, text: string): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    // The mode of the call is narrowed by the umask, never widened; said again for file systems that ignore it.
    await chmod(path, 0o600);
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') throw appError('ALREADY_EXISTS', `${path} is there already. Name another file with --file.`);
    // No such folder, no right to write.
    throw appError('FAILED_PRECONDITION', `${path} cannot be written: ${String(code ?? error)}.`, { cause: error });
  }
}

async function issue(args: string[], print: Print): Promise<number> {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    strict: true,
    options: {
      ...{ key: option, holder: option, plan: option, days: option },
      ...{ operators: option, features: option, from: option },
    },
  });
  const parsed = issueSchema.safeParse(values);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path: [name = ''] }) =>
      problemOf(String(name), Object.hasOwn(values, name)),
    );
    throw appError('INVALID_ARGUMENT', `${[...new Set(wrong)].join('\n')}\n\n${LICENCE_USAGE}`);
  }
  const { key, days, from: validFrom = new Date(), ...grant } = parsed.data;
  const privateKey = await privateKeyOf(key);
  const validTo = new Date(validFrom.getTime() + days * DAY_MS);
  print(`${await signLicence({ ...grant, validFrom, validTo }, privateKey, new Date())}\n`);
  process.stderr.write(
    `For ${grant.holder}, until ${validTo.toISOString().slice(0, 10)}; verified by BESEDA_LICENCE_PUBLIC_KEY=${licencePublicKey(privateKey)}\n`,
  );
  return 0;
}

async function privateKeyOf(path: string): Promise<ReturnType<typeof readLicenceKey>> {
  try {
    return readLicenceKey(await readFile(path, 'utf8'));
  } catch (error) {
    // No such file, or no key in it; neither message holds a part of the key.
    const reason = error instanceof Error ? error.message : String(error);
    throw appError('FAILED_PRECONDITION', `The private key could not be read from ${path}: ${reason}.`, {
      cause: error,
    });
  }
}

/** `admin licence …`: for whoever gives licences out. Needs no data of an installation. Undefined when the words are wrong. */
export async function licence(
  [command, ...args]: string[],
  print: Print = (text) => void process.stdout.write(text),
): Promise<number | undefined> {
  if (command === 'keys') return keys(args, print);
  if (command === 'issue') return issue(args, print);
  return undefined;
}
