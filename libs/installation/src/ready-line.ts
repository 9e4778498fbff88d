import { toAppError } from '@beseda/errors';

/** What the ready line says; programs read it from standard output. */
export interface ReadyLine {
  url: string;
  demo: string;
  siteId: string;
  login: string;
  /** Only at the very first start, and only when it was generated. */
  password?: string;
  /** Process of each service, or of each replica. */
  pids: Record<string, number>;
}

/** What a person is told beside it. */
export interface Notes {
  dataDir: string;
  /** The embedded MongoDB is in use. */
  embedded: boolean;
  /** Further lines: name and text. */
  more?: readonly (readonly [name: string, text: string])[];
}

/** What is printed when Beseda answers: some lines for a person and `BESEDA_READY {…}` for programs. */
export function announcement(ready: ReadyLine, { dataDir, embedded, more = [] }: Notes): string {
  const rows: (readonly [string, string])[] = [
    ['Console', `${ready.url}/`],
    ['Demo page', ready.demo],
    ['Login', ready.login],
    ...(ready.password === undefined
      ? []
      : [['Password', `${ready.password}   (shown only this once: keep it)`] as const]),
    ...more,
    ['Data', dataDir],
    ...(embedded
      ? [['Database', 'embedded, for trying out, development and tests; set MONGO_URL for a real MongoDB'] as const]
      : []),
    ['Stop', 'Ctrl+C'],
  ];
  const lines = rows.map(([name, text]) => `  ${name.padEnd(10)} ${text}`);
  return ['', 'Beseda is ready.', ...lines, '', `BESEDA_READY ${JSON.stringify(ready)}`, ''].join('\n');
}

/** Why a start failed, in one line that says what to change; only a defect of ours comes with its stack, for the report. */
export function startFailure(error: unknown): string {
  const known = toAppError(error);
  const stack = known.code === 'INTERNAL' && error instanceof Error ? `\n${error.stack}` : '';
  return `Beseda cannot start: ${known.detail}${stack}\n`;
}
