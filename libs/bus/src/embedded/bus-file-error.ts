import { AppError } from '@beseda/errors';

/** Why the bus file cannot be used. */
export type BusFileProblem = 'in-use' | 'foreign' | 'unreadable';

const DETAIL: Record<BusFileProblem, string> = {
  'in-use': 'is in use by another process; two processes cannot share one embedded bus',
  foreign: 'was not made by Beseda, or by a newer version of it',
  unreadable: 'cannot be opened',
};

/** The file of the embedded bus cannot be used; says why and which. Permanent. */
export class BusFileError extends AppError {
  override readonly name = 'BusFileError';

  constructor(
    readonly reason: BusFileProblem,
    readonly path: string,
    cause?: unknown,
  ) {
    super('FAILED_PRECONDITION', `the bus file ${path} ${DETAIL[reason]}`, { cause });
  }
}
