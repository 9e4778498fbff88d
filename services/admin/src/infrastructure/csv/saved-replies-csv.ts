import { CsvError, parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';

/** One saved reply as a row. */
export interface CsvReply {
  title: string;
  text: string;
  folder: string;
  /** As written; empty: everyone. */
  audience: string;
  /** Name or id. */
  team: string;
}

export interface CsvProblem {
  /** Line of the file, from 1. */
  line: number;
  message: string;
}

const COLUMNS = ['title', 'text', 'folder', 'audience', 'team'] as const;
const REQUIRED = ['title', 'text'] as const;

/**
 * What a spreadsheet takes for a formula, with however many apostrophes before it:
 * https://owasp.org/www-community/attacks/CSV_Injection. An apostrophe before it makes it text, and reading takes one away.
 */
const FORMULA = /^'*[=+\-@\t\r＝＋－＠]/u;
const guarded = (cell: string): string => (FORMULA.test(cell) ? `'${cell}` : cell);
const unguarded = (cell: string): string => (cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell);

/** Spreadsheets begin a row at any of them; the writer itself quotes only what holds its own. */
const LINE_END = /[\r\n]/;

/** A file that spreadsheets open rightly: UTF-8 with a byte order mark, CRLF, and no cell they would calculate. */
export function writeReplies(replies: readonly CsvReply[]): Buffer {
  const rows = replies.map((reply) => COLUMNS.map((column) => guarded(reply[column])));
  return Buffer.from(
    stringify([[...COLUMNS], ...rows], { bom: true, record_delimiter: 'windows', quoted_match: LINE_END }),
    'utf8',
  );
}

/** Semicolons are what spreadsheets write where a comma is the decimal mark. */
function delimiterOf(text: string): string {
  const [header = ''] = text.split(/\r\n|\n|\r/, 1);
  return header.split(';').length > header.split(',').length ? ';' : ',';
}

interface Row {
  line: number;
  cells: string[];
}

/** All rows, or the one problem that keeps the file from being read. */
function rowsOf(bytes: Uint8Array): Row[] | CsvProblem {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // TypeError: some bytes are no UTF-8, so the file is in another encoding.
    return { line: 1, message: 'The file is not in UTF-8.' };
  }
  try {
    const parsed = parse(text, {
      ...{ bom: true, delimiter: delimiterOf(text), info: true, relax_column_count: true, skip_empty_lines: true },
    }) as unknown as { info: { lines: number }; record: string[] }[];
    // What is told is the line a row ends on; the next one begins after it.
    return parsed.map(({ record }, index) => ({ line: (parsed[index - 1]?.info.lines ?? 0) + 1, cells: record }));
  } catch (error) {
    // A quote that is never closed, or stands where none may.
    if (!(error instanceof CsvError)) throw error;
    const line: unknown = error['lines'];
    return { line: typeof line === 'number' ? line : 1, message: 'The quotes of this row do not fit together.' };
  }
}

/** Reads a file with a header in any order of columns; problems name the lines. */
export function readReplies(bytes: Uint8Array): { rows: { line: number; reply: CsvReply }[]; problems: CsvProblem[] } {
  const found = rowsOf(bytes);
  if (!Array.isArray(found)) return { rows: [], problems: [found] };
  const [header, ...body] = found;
  const names = (header?.cells ?? []).map((name) => name.trim().toLowerCase());
  const missing = REQUIRED.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    return {
      rows: [],
      problems: [{ line: 1, message: `The first row must name the column "${missing.join('" and "')}".` }],
    };
  }
  const problems = body
    .filter(({ cells }) => cells.length > names.length)
    .map(({ line }) => ({ line, message: 'This row has more cells than the first one.' }));
  const cell = (cells: string[], column: string): string => unguarded(cells[names.indexOf(column)] ?? '');
  const rows = body.map(({ line, cells }) => ({
    line,
    reply: {
      title: cell(cells, 'title'),
      text: cell(cells, 'text'),
      folder: cell(cells, 'folder'),
      audience: cell(cells, 'audience'),
      team: cell(cells, 'team'),
    },
  }));
  return { rows, problems };
}
