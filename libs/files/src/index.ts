/**
 * The blob store: files of conversations, their safe names and types, and the signed addresses they are served under.
 *
 * @packageDocumentation
 */
export { MAX_FILE_BYTES } from './content.js';
export { contentHeaders, type ContentMeta } from './content-headers.js';
export { fileIdOf, type SendKey } from './file-id.js';
export { safeFileName } from './file-name.js';
export { FileStore, openFileStore, type FileMeta, type FileStoreOptions, type NewFile } from './file-store.js';
export { FILE_URL_SECONDS, signFileUrl, verifyFileUrl, type FileAddress } from './file-url.js';
export { FilesModule, type FilesAsyncOptions } from './files.module.js';
export { inspect, type Inspection } from './inspect.js';
