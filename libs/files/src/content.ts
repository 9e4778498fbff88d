import { once } from 'node:events';
import { type Readable, Transform } from 'node:stream';
import { appError } from '@beseda/errors';

/** Bytes one file may have, inclusive: 2 MiB. A site's setting may name another limit. */
export const MAX_FILE_BYTES = 2_097_152;

const tooLarge = (maxBytes: number) => {
  const message = `The file is too large: at most ${maxBytes.toLocaleString('en-US')} bytes are allowed.`;
  return appError('PAYLOAD_TOO_LARGE', message, { fields: [{ path: 'file', code: 'too_large', message }] });
};

/**
 * The whole content, never more of it than allowed in memory.
 * @throws AppError PAYLOAD_TOO_LARGE naming the limit; INVALID_ARGUMENT when it is empty. A stream's own error is passed on.
 */
export async function readContent(content: Uint8Array | Readable, maxBytes: number): Promise<Buffer> {
  const bytes = content instanceof Uint8Array ? bufferOf(content) : await collect(content, maxBytes);
  if (bytes.length > maxBytes) throw tooLarge(maxBytes);
  if (bytes.length === 0) {
    const message = 'The file is empty.';
    throw appError('INVALID_ARGUMENT', message, { fields: [{ path: 'file', code: 'empty', message }] });
  }
  return bytes;
}

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

async function collect(stream: Readable, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  // Leaving the loop early destroys the stream: the rest is not read.
  for await (const chunk of stream) {
    const part = Buffer.from(chunk as Uint8Array | string);
    size += part.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/**
 * Hands a stream on once its first bytes are there, so that a file that cannot be read is an error of the call and not a
 * broken answer. A stream that ends early or late fails at its end: the reader never takes half a file for a whole one.
 */
export async function started(source: Readable, expectedBytes: number): Promise<Readable> {
  let size = 0;
  const output = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      done(null, chunk);
    },
    flush(done) {
      done(size === expectedBytes ? null : appError('INTERNAL', 'The stored file is damaged.'));
    },
  });
  source.on('error', (error) => output.destroy(error));
  output.on('close', () => source.destroy());
  source.pipe(output);
  await once(output, 'readable');
  return output;
}
