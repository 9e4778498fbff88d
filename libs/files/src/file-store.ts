import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { appError } from '@beseda/errors';
import {
  ensureIndexes,
  isDuplicateKey,
  type Migration,
  mongoCall,
  type MongoLogger,
  mongoReadiness,
  openMongo,
  type ReadinessProbe,
} from '@beseda/mongo';
import { type Connection, mongo } from 'mongoose';
import { MAX_FILE_BYTES, readContent, started } from './content.js';
import { safeFileName } from './file-name.js';
import { inspect } from './inspect.js';

/** What is known of a stored file. */
export interface FileMeta {
  siteId: string;
  fileId: string;
  /** Safe to show and to save under. */
  name: string;
  /** Media type by content; the sender's word only when the content tells nothing. */
  type: string;
  /** Bytes. */
  size: number;
  /** Hex SHA-256 of the content. */
  sha256: string;
  /** A picture browsers may show in place (PNG, JPEG, GIF, WebP). */
  inline: boolean;
  /** Pixels, only for pictures shown inline. */
  width?: number;
  height?: number;
  createdAt: Date;
}

/** A file to keep. */
export interface NewFile {
  siteId: string;
  /** Chosen by the caller, the same for a repeated upload: see {@link fileIdOf}. */
  fileId: string;
  name: string;
  /** What the sender says it is; not trusted. */
  type: string;
  content: Uint8Array | Readable;
  /** Default {@link MAX_FILE_BYTES}, inclusive. */
  maxBytes?: number;
}

/** How the file store reaches its database. */
export interface FileStoreOptions {
  uri: string;
  /** The installation's prefix of database names. */
  prefix?: string;
  /** Connections at most (default 4). */
  maxPoolSize?: number;
  logger?: MongoLogger;
}

interface GridFile {
  _id: mongo.ObjectId;
  length: number;
  filename: string;
  uploadDate: Date;
  metadata: Omit<FileMeta, 'name' | 'size' | 'createdAt'>;
}

const BUCKET = 'files';
/** Uploads that began; what is left of one after an hour was interrupted. */
const UPLOADS = 'uploads';
const ABANDONED_MS = 3_600_000;

const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'indexes of the file store',
    async up(db) {
      await ensureIndexes(db, `${BUCKET}.files`, [
        { key: { 'metadata.siteId': 1, 'metadata.fileId': 1 }, name: 'file_by_site_and_id', unique: true },
      ]);
      await ensureIndexes(db, `${BUCKET}.chunks`, [
        // The name the driver gives it: GridFS looks for this index before the first upload.
        { key: { files_id: 1, n: 1 }, name: 'files_id_1_n_1', unique: true },
      ]);
      await ensureIndexes(db, UPLOADS, [{ key: { startedAt: 1 }, name: 'abandoned_uploads' }]);
    },
  },
];

/**
 * The blob store: GridFS in a database of its own. A file becomes visible with its last write, so a crash half-way leaves
 * nothing that is served, and each (site, id) holds one content for ever.
 */
export class FileStore {
  readonly #connection: Connection;
  readonly #bucket: mongo.GridFSBucket;
  readonly #files: mongo.Collection<GridFile>;
  readonly #uploads: mongo.Collection<{ _id: mongo.ObjectId; startedAt: Date }>;

  /** @param connection to the files database, migrated; see {@link openFileStore}. */
  constructor(connection: Connection) {
    const { db } = connection;
    if (!db) throw new TypeError('the connection of the file store is not open');
    this.#connection = connection;
    this.#bucket = new mongo.GridFSBucket(db, { bucketName: BUCKET });
    this.#files = db.collection<GridFile>(`${BUCKET}.files`);
    this.#uploads = db.collection(UPLOADS);
  }

  /**
   * Keeps a file. The same id with the same bytes again gives the first file; nothing is stored twice.
   * @throws AppError PAYLOAD_TOO_LARGE naming the limit; INVALID_ARGUMENT when empty; ALREADY_EXISTS when the id holds
   *   other bytes; UNAVAILABLE.
   */
  async put({ siteId, fileId, name, type, content, maxBytes = MAX_FILE_BYTES }: NewFile): Promise<FileMeta> {
    const bytes = await readContent(content, maxBytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const before = await this.head(siteId, fileId);
    if (before) return sameContent(before, sha256);
    const metadata = { siteId, fileId, sha256, ...(await inspect(bytes, type)) };
    await mongoCall(() => this.#upload(safeFileName(name), metadata, bytes));
    const stored = await this.head(siteId, fileId);
    if (!stored) throw appError('UNAVAILABLE', 'The file was not stored; try again.');
    return sameContent(stored, sha256);
  }

  /** What is known of a file; undefined when there is none. */
  async head(siteId: string, fileId: string): Promise<FileMeta | undefined> {
    const file = await this.#find(siteId, fileId);
    return file && metaOf(file);
  }

  /**
   * A file and its content.
   * @throws AppError NOT_FOUND; UNAVAILABLE.
   */
  async open(siteId: string, fileId: string): Promise<{ meta: FileMeta; stream: Readable }> {
    const file = await this.#find(siteId, fileId);
    if (!file) throw appError('NOT_FOUND', 'There is no such file.');
    const stream = await mongoCall(() => started(this.#bucket.openDownloadStream(file._id), file.length));
    return { meta: metaOf(file), stream };
  }

  /** Removes what interrupted uploads left behind. Runs at every start; gives how many there were. */
  async removeAbandoned(olderThanMs = ABANDONED_MS): Promise<number> {
    return mongoCall(async () => {
      const before = new Date(Date.now() - olderThanMs);
      const abandoned = await this.#uploads.find({ startedAt: { $lte: before } }).toArray();
      for (const { _id } of abandoned) await this.#settle(_id);
      return abandoned.length;
    });
  }

  readiness(): ReadinessProbe {
    return { ...mongoReadiness(this.#connection), name: 'files' };
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #find(siteId: string, fileId: string): Promise<GridFile | undefined> {
    const filter = { 'metadata.siteId': siteId, 'metadata.fileId': fileId };
    return (await mongoCall(() => this.#files.findOne(filter))) ?? undefined;
  }

  async #upload(name: string, metadata: GridFile['metadata'], bytes: Buffer): Promise<void> {
    // Each upload has an inner id of its own: two at once never mix their chunks.
    const _id = new mongo.ObjectId();
    await this.#uploads.insertOne({ _id, startedAt: new Date() });
    try {
      const stream = this.#bucket.openUploadStreamWithId(_id, name, { metadata });
      stream.end(bytes);
      await finished(stream);
    } catch (error) {
      // The same file was stored at the same time: that one counts. An outage goes on to the caller.
      if (!isDuplicateKey(error)) throw error;
    }
    await this.#settle(_id);
  }

  /** Ends an upload: chunks that belong to no file go, then the note of the upload. */
  async #settle(_id: mongo.ObjectId): Promise<void> {
    const file = await this.#files.findOne({ _id }, { projection: { _id: 1 } });
    if (!file) await this.#connection.collection(`${BUCKET}.chunks`).deleteMany({ files_id: _id });
    await this.#uploads.deleteOne({ _id });
  }
}

function sameContent(stored: FileMeta, sha256: string): FileMeta {
  if (stored.sha256 === sha256) return stored;
  throw appError('ALREADY_EXISTS', 'Another file was already sent under this id.');
}

function metaOf({ filename, length, uploadDate, metadata }: GridFile): FileMeta {
  return { ...metadata, name: filename, size: length, createdAt: uploadDate };
}

/** Opens the file store: connects, makes its indexes, removes what interrupted uploads left. */
export async function openFileStore({
  uri,
  prefix = '',
  maxPoolSize = 4,
  logger,
}: FileStoreOptions): Promise<FileStore> {
  const connection = await openMongo({
    uri,
    dbName: `${prefix}beseda_files`,
    maxPoolSize,
    migrations: MIGRATIONS,
    ...(logger && { logger }),
  });
  const store = new FileStore(connection);
  try {
    await store.removeAbandoned();
  } catch (error) {
    // Leftovers only take room; the next start tries again.
    logger?.warn({ err: error }, 'leftovers of interrupted uploads could not be removed');
  }
  return store;
}
