import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cuttableProxy, type CuttableProxy } from './cuttable-proxy.js';
import { until } from './until.js';

describe('cuttableProxy', () => {
  let server: Server;
  let proxy: CuttableProxy;
  let received: string;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    received = '';
    server = createServer((socket) => {
      socket.on('error', () => undefined); // reset by the proxy
      socket.on('data', (chunk: Buffer) => {
        received += chunk.toString();
        socket.write(`<${chunk.toString()}>`);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    proxy = await cuttableProxy((server.address() as AddressInfo).port);
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await proxy.close();
    await new Promise((resolve) => server.close(resolve));
  });

  const client = async (): Promise<{ socket: Socket; text: () => string; closed: () => boolean }> => {
    const socket = connect(proxy.port, '127.0.0.1');
    sockets.push(socket);
    let text = '';
    let closed = false;
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', () => undefined); // a reset is what these tests are about
    socket.on('close', () => (closed = true));
    await new Promise<void>((resolve) => {
      socket.once('connect', () => resolve());
      socket.once('close', () => resolve()); // refused before it was ever connected
    });
    return { socket, text: () => text, closed: () => closed };
  };

  it('passes bytes both ways', async () => {
    const c = await client();
    c.socket.write('hello');
    await until(() => c.text() === '<hello>', { what: 'the echo' });
  });

  it('cuts open connections and accepts new ones', async () => {
    const c = await client();
    await until(() => proxy.connections === 1, { what: 'the connection' });
    expect(proxy.cut()).toBe(1);
    await until(() => c.closed(), { what: 'the cut' });
    const again = await client();
    again.socket.write('again');
    await until(() => again.text() === '<again>', { what: 'the echo' });
  });

  it('refuses new connections while told to', async () => {
    proxy.refuse(true);
    const c = await client();
    await until(() => c.closed(), { what: 'the refusal' });
  });

  it('swallows bytes while it is a black hole', async () => {
    const c = await client();
    proxy.blackhole(true);
    c.socket.write('lost');
    await until(() => c.socket.bytesWritten === 4 && proxy.connections === 1, { what: 'the bytes to leave' });
    const other = await client();
    await until(() => proxy.connections === 2, { what: 'the second connection' });
    proxy.blackhole(false);
    other.socket.write('kept');
    await until(() => other.text() === '<kept>', { what: 'the echo' });
    expect(received).toBe('kept');
    expect(c.closed()).toBe(false);
  });

  it('delays and keeps the order', async () => {
    const c = await client();
    proxy.delay(60);
    const start = performance.now();
    c.socket.write('slow');
    await until(() => proxy.connections === 1 && received === 'slow', { what: 'the slow bytes' });
    expect(performance.now() - start).toBeGreaterThanOrEqual(59);
    proxy.delay(0);
    c.socket.write('fast');
    await until(() => c.text().replaceAll(/[<>]/g, '') === 'slowfast', { what: 'both answers, in order' });
  });

  it('loses the answer of a request that the target has seen', async () => {
    const c = await client();
    const drops = proxy.dropResponseAfter('append');
    c.socket.write('read');
    await until(() => c.text() === '<read>', { what: 'an answer that is kept' });
    c.socket.write('append');
    await until(() => c.closed(), { what: 'the reset' });
    expect([received, c.text(), drops.dropped]).toEqual(['readappend', '<read>', 1]);
  });
});
