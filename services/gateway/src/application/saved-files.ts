import { createHash } from 'node:crypto';
import type { OperatorActor } from '@beseda/auth';
import type { adminV1 } from '@beseda/contracts';
import { appError, invalidField } from '@beseda/errors';
import type { FileMeta, FileStore } from '@beseda/files';
import type { Backends } from '../infrastructure/backends.js';

/**
 * Files of saved replies have such ids. Only these can be attached to a reply: with any id of the site an operator could
 * reach files of dialogs he does not see.
 */
const PREFIX = 'reply-';

/** Files that hang on saved replies: stored once, sent again and again by their id. */
export class SavedFiles {
  constructor(
    private readonly backends: Pick<Backends, 'library'>,
    private readonly store: FileStore,
  ) {}

  /** Keeps an upload. The same operator's same file again is the same; nobody can guess another one's id. */
  async keep(
    { siteId, id }: OperatorActor,
    file: { name: string; type: string; content: Buffer },
    maxBytes: number,
  ): Promise<FileMeta> {
    const digest = createHash('sha256').update(JSON.stringify([siteId, id, file.name]));
    const fileId = PREFIX + digest.update(file.content).digest('base64url');
    return this.store.put({ siteId, fileId, ...file, maxBytes });
  }

  /** Files to attach, as the service keeps them. @param path of the list in the body, for errors */
  async attached({ siteId }: OperatorActor, fileIds: readonly string[], path: string): Promise<adminV1.AttachedFile[]> {
    return Promise.all(
      fileIds.map(async (fileId, index) => {
        const meta = fileId.startsWith(PREFIX) ? await this.store.head(siteId, fileId) : undefined;
        if (!meta) throw invalidField(`${path}.${index}`, 'unknown_file', 'There is no such file: upload it first.');
        return { id: meta.fileId, name: meta.name, type: meta.type, size: meta.size };
      }),
    );
  }

  /** A file of a saved reply the caller may use. @throws AppError NOT_FOUND */
  async usable(actor: OperatorActor, fileId: string): Promise<FileMeta> {
    const { items } = await this.backends.library.call('listSavedReplies', { manage: false }, { actor });
    const found = items.some(({ files }) => files.some(({ id }) => id === fileId));
    const meta = found ? await this.store.head(actor.siteId, fileId) : undefined;
    if (!meta) throw appError('NOT_FOUND', 'There is no such file among your saved replies.');
    return meta;
  }
}
