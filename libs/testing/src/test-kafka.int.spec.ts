import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { kafkaSkipped, startTestKafka } from './test-kafka.js';

/** Resolves when a TCP connection can be made. */
function reach(address: string): Promise<void> {
  const [host = '', port = ''] = address.split(':');
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), host);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}

(kafkaSkipped ? describe.skip : describe)('startTestKafka', () => {
  it('gives every caller the same brokers', async () => {
    const [one, two] = await Promise.all([startTestKafka(), startTestKafka()]);
    expect(one.brokers).toEqual(two.brokers);
    await reach(one.brokers[0] ?? '');
    await one.stop();
    await reach(two.brokers[0] ?? ''); // one user is left
    await two.stop();
  }, 240_000);
});

describe('the starter of Kafka', () => {
  it('names what has to be installed', async () => {
    const starter = fileURLToPath(new URL('../../../tools/kafka/kafka.mjs', import.meta.url));
    const said = await new Promise<{ failed: boolean; stderr: string }>((resolve) => {
      const env = { PATH: '/nowhere' };
      execFile(process.execPath, [starter, '--check'], { env }, (error, _stdout, stderr) =>
        resolve({ failed: !!error, stderr }),
      );
    });
    expect(said.failed).toBe(true);
    expect(said.stderr).toContain('Java 17 or newer');
    expect(said.stderr).toContain('KAFKA_BROKERS');
  });
});
