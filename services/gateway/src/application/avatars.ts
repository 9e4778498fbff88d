import { createHash } from 'node:crypto';
import { AppError } from '@beseda/errors';
import { type FileStore, MAX_FILE_BYTES, inspect } from '@beseda/files';

/** Files with such ids, and no others, are served to anyone under `/api/avatars`. */
export const AVATAR_PREFIX = 'avatar-';

/** Owner of operators' pictures: they belong to no site. */
export const OPERATORS = 'operators';

/** Pictures of these types only: every browser shows them and none can carry a script. */
const TYPES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/webp']);
/** The most a side may have: a picture of more would cost a page a lot of memory to show small. Pixels. */
const MAX_SIDE = 4_096;

/** Pictures of operators and sites: public by design, see ADR 0008. */
export class Avatars {
  constructor(private readonly store: FileStore) {}

  /**
   * Keeps a picture and gives its file id, which tells its content: the same picture again is the same file.
   * @throws AppError INVALID_ARGUMENT about `file`: not a picture of the types, not square, too many pixels
   */
  async keep(owner: string, { name, content }: { name: string; content: Buffer }): Promise<string> {
    const { type, width = 0, height = 0 } = await inspect(content, '');
    if (!TYPES.has(type)) throw refused('wrong_type', 'The picture must be a PNG, JPEG or WebP file.');
    // A square that was cut by hand or scaled may be off by one.
    if (Math.abs(width - height) > 1) throw refused('not_square', `The picture is not square: ${width} × ${height}.`);
    if (width > MAX_SIDE) throw refused('too_many_pixels', `The picture has more than ${MAX_SIDE} pixels a side.`);
    const digest = createHash('sha256').update(content).digest('base64url');
    const fileId = AVATAR_PREFIX + digest;
    await this.store.put({ siteId: owner, fileId, name, type, content, maxBytes: MAX_FILE_BYTES });
    return fileId;
  }

  /** @throws AppError NOT_FOUND, also for every file that is no avatar */
  async open(owner: string, fileId: string): ReturnType<FileStore['open']> {
    if (!fileId.startsWith(AVATAR_PREFIX)) throw new AppError('NOT_FOUND', 'There is no such picture.');
    return this.store.open(owner, fileId);
  }
}

const refused = (code: string, message: string): AppError =>
  new AppError('INVALID_ARGUMENT', message, { fields: [{ path: 'file', code, message }] });
