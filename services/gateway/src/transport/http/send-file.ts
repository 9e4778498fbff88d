import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Logger } from '@beseda/service-defaults';
import type { Request, Response } from 'express';

/** Sends the bytes of a file under these headers; a HEAD gets the headers alone. */
export async function sendFile(
  { request, response }: { request: Request; response: Response },
  stream: Readable,
  headers: Record<string, string>,
  logger: Logger,
): Promise<void> {
  response.set(headers);
  if (request.method === 'HEAD') {
    stream.destroy();
    response.end();
    return;
  }
  try {
    await pipeline(stream, response);
  } catch (error) {
    // The reader went away, or the store failed half-way: the answer is cut either way.
    if (!response.destroyed) response.destroy();
    logger.debug({ err: error }, 'a file was not sent whole');
  }
}
