import { spawn } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { readyLine } from './product.js';

const run = (script: string) => spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });

describe('the ready line', () => {
  it('is read, and what came before it kept', async () => {
    const lines: string[] = [];
    const child = run(`console.log('starting'); console.log('BESEDA_READY {"url":"x"}')`);
    expect(await readyLine(child, lines)).toEqual({ url: 'x' });
    expect(lines[0]).toBe('starting');
  });

  it('of a process that ends before is an error with what it said', async () => {
    await expect(readyLine(run(`console.error('no port'); process.exitCode = 3`), [])).rejects.toThrow(/ended with 3/);
  });

  it('that does not come in time leaves no process behind', async () => {
    const child = run(
      `console.log('starting'); setInterval(() => undefined, 1_000); process.on('SIGTERM', () => undefined)`,
    );
    await expect(readyLine(child, [], 200)).rejects.toThrow('not ready in 200 ms');
    expect(child.signalCode).toBe('SIGKILL');
    expect(() => process.kill(child.pid ?? 0, 0)).toThrow('ESRCH');
  });
});
