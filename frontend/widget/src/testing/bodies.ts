import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { imageSize } from 'image-size';
import type { StandInFile } from './stand-in-state.js';

/** The JSON body of a request; an empty one is an empty object. */
export async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const bytes = await readAll(request);
  return bytes.length > 0 ? (JSON.parse(bytes.toString()) as Record<string, unknown>) : {};
}

/** The fields of a multipart body, its file as a {@link StandInFile}. */
export async function readForm(request: IncomingMessage): Promise<Record<string, unknown>> {
  const headers = { 'content-type': request.headers['content-type'] ?? '' };
  const form = await new Response(new Uint8Array(await readAll(request)), { headers }).formData();
  const fields: Record<string, unknown> = {};
  for (const [name, value] of form) {
    fields[name] =
      typeof value === 'string' ? value : toFile(value.name, value.type, Buffer.from(await value.arrayBuffer()));
  }
  return fields;
}

/** A stored file; pictures get their size in pixels. */
export function toFile(name: string, type: string, bytes: Buffer): StandInFile {
  const pixels = type.startsWith('image/') ? imageSize(bytes) : undefined;
  return { id: randomUUID(), name, type, bytes, ...(pixels ? { width: pixels.width, height: pixels.height } : {}) };
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
