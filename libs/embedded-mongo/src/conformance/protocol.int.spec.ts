import { afterEach, describe, expect, it } from '@jest/globals';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { deserialize, serialize } from 'bson';
import { mongo, REAL_SERVER } from './fixture.js';

type Message = Record<string, unknown>;

const int32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((v, i) => bytes.writeInt32LE(v, i * 4));
  return bytes;
};

let requestId = 100;
const frame = (opcode: number, ...parts: Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([int32(16 + body.length, ++requestId, 0, opcode), body]);
};
const kind0 = (command: Message): Buffer => Buffer.concat([Buffer.from([0]), serialize(command)]);
const kind1 = (name: string, documents: Message[]): Buffer => {
  const body = Buffer.concat([Buffer.from(`${name}\0`), ...documents.map((d) => serialize(d))]);
  return Buffer.concat([Buffer.from([1]), int32(4 + body.length), body]);
};
const message = (command: Message, flags = 0, ...more: Buffer[]): Buffer =>
  frame(2013, int32(flags), kind0(command), ...more);

/** One raw connection that reads whole answers. */
class Wire {
  #bytes = Buffer.alloc(0);
  constructor(readonly socket: Socket) {
    socket.on('data', (chunk) => (this.#bytes = Buffer.concat([this.#bytes, chunk])));
    socket.on('error', () => undefined); // a refused connection may be reset; 'close' is what the tests look at
  }

  async answer(): Promise<{ opcode: number; responseTo: number; body: Message }> {
    while (this.#bytes.length < 4 || this.#bytes.length < this.#bytes.readInt32LE(0)) await once(this.socket, 'data');
    const length = this.#bytes.readInt32LE(0);
    const whole = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    const opcode = whole.readInt32LE(12);
    return { opcode, responseTo: whole.readInt32LE(8), body: deserialize(whole.subarray(opcode === 1 ? 36 : 21)) };
  }
}

describe('wire protocol', () => {
  const fixture = mongo();
  const open: Socket[] = [];
  afterEach(() => open.splice(0).forEach((s) => s.destroy()));
  const wire = async (): Promise<Wire> => {
    const { hostname, port } = new URL(fixture.uri());
    const socket = connect(Number(port), hostname);
    open.push(socket);
    await once(socket, 'connect');
    return new Wire(socket);
  };
  const $db = (): string => fixture.db().databaseName;

  it('answers the handshake of old and new drivers', async () => {
    const w = await wire();
    w.socket.write(
      frame(2004, int32(0), Buffer.from('admin.$cmd\0'), int32(0, -1), serialize({ ismaster: 1, helloOk: true })),
    );
    const old = await w.answer();
    expect(old).toMatchObject({ opcode: 1, responseTo: requestId, body: { ok: 1, ismaster: true, helloOk: true } });
    expect(Number(old.body['maxWireVersion'])).toBeGreaterThanOrEqual(9);
    w.socket.write(message({ hello: 1, $db: 'admin' }));
    expect(await w.answer()).toMatchObject({
      opcode: 2013,
      body: { ok: 1, isWritablePrimary: true, maxBsonObjectSize: 16_777_216 },
    });
  });

  it('takes split and glued packets', async () => {
    const w = await wire();
    const bytes = Buffer.concat([
      message({ ping: 1, $db: 'admin' }),
      message({ ping: 1, $db: 'admin' }),
      message({ buildInfo: 1, $db: 'admin' }),
    ]);
    for (const byte of bytes.subarray(0, 30)) {
      w.socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    w.socket.write(bytes.subarray(30));
    for (let i = 0; i < 3; i++) expect(await w.answer()).toMatchObject({ body: { ok: 1 } });
  });

  it('takes document sequences (kind 1) and a checksum', async () => {
    const w = await wire();
    w.socket.write(
      message({ insert: 'seq', $db: $db(), ordered: true }, 0, kind1('documents', [{ _id: 1 }, { _id: 2 }])),
    );
    expect(await w.answer()).toMatchObject({ body: { ok: 1, n: 2 } });
    w.socket.write(
      message({ update: 'seq', $db: $db() }, 0, kind1('updates', [{ q: { _id: 1 }, u: { $set: { a: 1 } } }])),
    );
    expect(await w.answer()).toMatchObject({ body: { ok: 1, nModified: 1 } });
    if (REAL_SERVER) return; // the checksum below is not computed, and a real server looks at it
    w.socket.write(frame(2013, int32(1), kind0({ count: 'seq', query: {}, $db: $db() }), Buffer.alloc(4)));
    expect(await w.answer()).toMatchObject({ body: { ok: 1, n: 2 } });
  });

  it('stays silent when no answer is wanted (w: 0)', async () => {
    const w = await wire();
    w.socket.write(message({ insert: 'silent', documents: [{ _id: 1 }], $db: $db(), writeConcern: { w: 0 } }, 2));
    w.socket.write(message({ count: 'silent', query: {}, $db: $db() }));
    expect(await w.answer()).toMatchObject({ responseTo: requestId, body: { n: 1 } });
  });

  (REAL_SERVER ? it.skip : it).each([
    ['garbage', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.padEnd(80, 'x'))],
    ['a length of 0', int32(0, 1, 0, 2013)],
    ['a message over 48 MB', int32(48_000_001, 1, 0, 2013)],
    ['an unknown opcode', frame(2012, int32(0, 0, 0))],
    ['an unknown section', frame(2013, int32(0), Buffer.from([7, 5, 0, 0, 0, 0]))],
    ['a section longer than the message', frame(2013, int32(0), Buffer.from([0, 99, 0, 0, 0, 0]))],
  ])('closes only the socket that sends %s', async (_, bytes) => {
    const [bad, good] = [await wire(), await wire()];
    const closed = once(bad.socket, 'close');
    bad.socket.write(bytes);
    await closed;
    good.socket.write(message({ ping: 1, $db: 'admin' }));
    expect(await good.answer()).toMatchObject({ body: { ok: 1 } });
  });

  it('stores inserted bytes as they are, _id moved to the front', async () => {
    const c = fixture.db().collection('bytes');
    await c.insertOne({ z: 5, a: { b: 1.5 }, _id: 7 as never });
    expect(JSON.stringify(await c.findOne({}))).toBe('{"_id":7,"z":5,"a":{"b":1.5}}');
  });
});
