import { describe, expect, it } from '@jest/globals';
import { type CsvReply, readReplies, writeReplies } from './saved-replies-csv.js';

const row = (change: Partial<CsvReply> = {}): CsvReply => ({
  ...{ title: 'Hello', text: 'Hello!', folder: '', audience: 'everyone', team: '' },
  ...change,
});
const read = (text: string) => readReplies(Buffer.from(text));

describe('saved replies as CSV', () => {
  it('come back as they went, whatever is in them', () => {
    const texts = [
      'plain',
      'two\nlines',
      'says "hello", or; not',
      '=HYPERLINK("https://evil.example")',
      '+7 900 000-00-00',
      '-1',
      '@sum',
      '\tindented',
      "'=quoted already",
      "''=twice",
      "it's",
      "'apostrophe",
      '＝full width',
      ' blanks ',
      'Ёлка 😀',
    ];
    const replies = texts.map((text) => row({ text, title: text, folder: text }));
    const { rows, problems } = readReplies(writeReplies(replies));
    expect(problems).toEqual([]);
    expect(rows.map(({ reply }) => reply)).toEqual(replies);
  });

  it('begin with a byte order mark and hold no cell that a spreadsheet would calculate', () => {
    const file = writeReplies([row({ title: '=1+1', text: '@x', folder: '-2' })]).toString('utf8');
    expect(file).toBe("\uFEFFtitle,text,folder,audience,team\r\n'=1+1,'@x,'-2,everyone,\r\n");
  });

  it.each(['Hi\n=1+1', 'Hi\r=1+1'])('quote a lone line end, behind which a formula would begin a row: %j', (text) => {
    expect(writeReplies([row({ text })]).toString('utf8')).toContain(`Hello,"${text}",`);
  });

  it('may have semicolons, other orders of columns, other line ends, no mark, and no more than two columns', () => {
    expect(read('Text; TITLE\nDear {contact.name|friend};"A; b"\n').rows).toEqual([
      { line: 2, reply: row({ title: 'A; b', text: 'Dear {contact.name|friend}', audience: '' }) },
    ]);
    expect(read('\uFEFFtitle,text\r\nA,B\r\n\r\nC,D').rows.map(({ reply }) => reply.title)).toEqual(['A', 'C']);
  });

  it('name the line on which a row begins', () => {
    const { rows } = read('title,text\nA,"one\ntwo\nthree"\nB,b\n');
    expect(rows.map(({ line }) => line)).toEqual([2, 5]);
  });

  it.each<[string, Buffer, number, string]>([
    ['another encoding', Buffer.from([0x74, 0xcf, 0xf0, 0xe8]), 1, 'UTF-8'],
    ['no header', Buffer.from('Hello,World\n'), 1, '"title" and "text"'],
    ['nothing at all', Buffer.from(''), 1, '"title" and "text"'],
    ['an open quote', Buffer.from('title,text\nA,b\nB,"never closed\n'), 3, 'quotes'],
    ['too many cells', Buffer.from('title,text\nA,b\nB,c,d\n'), 3, 'more cells'],
  ])('are refused for %s', (_, bytes, line, words) => {
    const { problems } = readReplies(bytes);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain(words);
    expect(problems[0]?.line).toBe(line);
  });
});
