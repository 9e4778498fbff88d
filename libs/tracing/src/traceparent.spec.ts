import { describe, expect, it } from '@jest/globals';
import { parseTraceparent, toTraceparent } from './traceparent.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('traceparent', () => {
  it('is read and written', () => {
    const text = `00-${TRACE}-${SPAN}-01`;
    expect(parseTraceparent(text)).toEqual({ traceId: TRACE, spanId: SPAN, traceFlags: 1, isRemote: true });
    expect(toTraceparent({ traceId: TRACE, spanId: SPAN, traceFlags: 1 })).toBe(text);
    expect(toTraceparent({ traceId: TRACE, spanId: SPAN, traceFlags: 0 })).toBe(`00-${TRACE}-${SPAN}-00`);
  });

  it('of a later version is read as far as it is known', () => {
    expect(parseTraceparent(`01-${TRACE}-${SPAN}-ff-more`)).toMatchObject({ traceId: TRACE, traceFlags: 1 });
  });

  it.each([
    undefined,
    '',
    'nonsense',
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  ])('%p is none', (text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });
});
