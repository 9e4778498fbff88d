import { decode } from './bson/decode.js';
import { encode } from './bson/encode.js';
import { Raw, type Doc, type Value } from './bson/values.js';

/** MongoDB wire protocol (the public "Wire Protocol" specification): header of four int32, then the body. */
const HEADER = 16;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
/** The largest message a server takes, as announced in hello. */
export const MAX_MESSAGE_BYTES = 48_000_000;

const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
/** Required bits (0-15) that are known; an unknown one must be refused. */
const KNOWN_FLAGS = CHECKSUM_PRESENT | MORE_TO_COME;

export interface Request {
  readonly requestId: number;
  readonly command: Doc;
  /** The client expects no answer (`w: 0`). */
  readonly silent: boolean;
  readonly legacy: boolean;
}

/** The bytes are not the protocol: only this socket is closed. */
export class ProtocolError extends Error {}

/** Cuts a byte stream into messages, however it was split or glued on the way. */
export class MessageReader {
  #chunks: Buffer[] = [];
  #length = 0;

  /** @throws ProtocolError when a length is impossible */
  *push(chunk: Buffer): Generator<Buffer> {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#length >= 4) {
      const wanted = this.#peekLength();
      if (wanted < HEADER || wanted > MAX_MESSAGE_BYTES) throw new ProtocolError(`message length ${wanted}`);
      if (this.#length < wanted) return;
      const all = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
      const rest = all.subarray(wanted);
      this.#chunks = rest.length > 0 ? [rest] : [];
      this.#length = rest.length;
      yield all.subarray(0, wanted);
    }
  }

  #peekLength(): number {
    if ((this.#chunks[0] as Buffer).length < 4) this.#chunks = [Buffer.concat(this.#chunks)];
    return (this.#chunks[0] as Buffer).readInt32LE(0);
  }
}

/** @throws ProtocolError for what is no OP_MSG or OP_QUERY command; MongoError when a BSON part is broken */
export function parseMessage(message: Buffer): Request {
  const requestId = message.readInt32LE(4);
  const opcode = message.readInt32LE(12);
  if (opcode === OP_MSG) return parseOpMsg(message, requestId);
  if (opcode === OP_QUERY) return parseOpQuery(message, requestId);
  throw new ProtocolError(`opcode ${opcode}`);
}

function parseOpMsg(message: Buffer, requestId: number): Request {
  const flags = message.readUInt32LE(HEADER);
  if (flags & 0xffff & ~KNOWN_FLAGS) throw new ProtocolError(`flags ${flags}`);
  const end = message.length - (flags & CHECKSUM_PRESENT ? 4 : 0);
  let command: Doc | undefined;
  const sequences: Array<[string, Value[]]> = [];
  for (let pos = HEADER + 4; pos < end;) {
    const kind = message.readUInt8(pos);
    const length = message.readInt32LE(pos + 1);
    if (length < 4 || pos + 1 + length > end) throw new ProtocolError('section length');
    const body = message.subarray(pos + 1, pos + 1 + length);
    if (kind === 0) command = decode(body, 'documents');
    else if (kind === 1) sequences.push(parseSequence(body));
    else throw new ProtocolError(`section kind ${kind}`);
    pos += 1 + length;
  }
  if (!command) throw new ProtocolError('no command');
  for (const [name, documents] of sequences) command.set(name, documents);
  return { requestId, command, silent: (flags & MORE_TO_COME) !== 0, legacy: false };
}

/** A document sequence: a name, then documents one after another. */
function parseSequence(body: Buffer): [string, Value[]] {
  const nameEnd = body.indexOf(0, 4);
  if (nameEnd < 0) throw new ProtocolError('sequence name');
  const name = body.toString('utf8', 4, nameEnd);
  const documents: Value[] = [];
  for (let pos = nameEnd + 1; pos < body.length;) {
    const length = body.length - pos >= 4 ? body.readInt32LE(pos) : 0;
    if (length < 5 || pos + length > body.length) throw new ProtocolError('sequence length');
    const bytes = body.subarray(pos, pos + length);
    documents.push(name === 'documents' ? new Raw(bytes) : decode(bytes));
    pos += length;
  }
  return [name, documents];
}

/** Only the handshake comes this way: flags, collection name, skip, limit, one command document. */
function parseOpQuery(message: Buffer, requestId: number): Request {
  const nameEnd = message.indexOf(0, HEADER + 4);
  const name = message.toString('utf8', HEADER + 4, nameEnd);
  if (nameEnd < 0 || !name.endsWith('.$cmd')) throw new ProtocolError('OP_QUERY that is no command');
  const at = nameEnd + 9;
  const command = decode(message.subarray(at, at + message.readInt32LE(at)));
  command.set('$db', name.slice(0, -5));
  return { requestId, command, silent: false, legacy: true };
}

let nextId = 1;

/** The bytes of an answer. */
export function formatReply(request: Pick<Request, 'requestId' | 'legacy'>, body: Doc): Buffer[] {
  const document = encode(body);
  const head = Buffer.alloc(request.legacy ? HEADER + 20 : HEADER + 5);
  head.writeInt32LE(head.length + document.length, 0);
  head.writeInt32LE(nextId++ & 0x7fffffff, 4);
  head.writeInt32LE(request.requestId, 8);
  head.writeInt32LE(request.legacy ? OP_REPLY : OP_MSG, 12);
  if (request.legacy) {
    head.writeInt32LE(8, HEADER); // AwaitCapable
    head.writeInt32LE(1, HEADER + 16); // one document
  }
  return [head, document];
}
