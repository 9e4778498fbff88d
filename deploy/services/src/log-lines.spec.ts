import { describe, expect, it } from '@jest/globals';
import { taggedLine } from './log-lines.js';

const source = { service: 'dialogs', replica: 'dialogs-2' };

describe('lines of the common log', () => {
  it('names the replica in a line that is JSON', () => {
    const line = taggedLine('{"level":"info","service":"dialogs","msg":"}{"}', source, 'stdout');
    expect(JSON.parse(line ?? '')).toEqual({ replica: 'dialogs-2', level: 'info', service: 'dialogs', msg: '}{' });
  });

  it('makes JSON of anything else', () => {
    for (const text of ['    at run (file.js:1)', '{}', '{ half', '"quoted"']) {
      expect(JSON.parse(taggedLine(text, source, 'stderr') ?? '')).toMatchObject({
        ...source,
        level: 'warn',
        msg: text,
      });
    }
    expect(taggedLine('  ', source, 'stdout')).toBeUndefined();
  });
});
