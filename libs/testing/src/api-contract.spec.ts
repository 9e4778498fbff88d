import { countsSchema } from '@beseda/api';
import { describe, expect, it } from '@jest/globals';
import { ApiContract, answers, type Exchange } from './api-contract.js';

const COUNTS = '/api/sites/s/dialogs/counts';
const counts: Exchange = {
  method: 'GET',
  url: `${COUNTS}?status=open`,
  body: undefined,
  status: 200,
  answer: { all: 1, mine: 0, unassigned: 1 },
};
const read: Exchange = {
  method: 'PUT',
  url: '/api/sites/s/dialogs/d/read',
  body: { seq: 3 },
  status: 204,
  answer: undefined,
};
const problem = { type: 'about:blank', title: 'x', status: 404, code: 'NOT_FOUND', detail: 'x' };

const driftOf = (exchange: Exchange): readonly string[] => {
  const contract = new ApiContract();
  contract.http(exchange);
  return contract.drift;
};

describe('the contract of the API', () => {
  it('has nothing against what the gateway would say', () => {
    expect(driftOf(counts)).toEqual([]);
    expect(driftOf(read)).toEqual([]);
    expect(driftOf({ ...read, status: 404, answer: problem })).toEqual([]);
    expect(driftOf({ ...read, body: { seq: 'wrong' }, status: 404, answer: problem })).toEqual([]);
  });

  it.each<[string, Exchange, string]>([
    ['a route that is not there', { ...counts, url: '/api/sites/s/gossip' }, 'no such route'],
    ['a method that is not there', { ...counts, method: 'PUT' }, 'no such route'],
    ['an answer of another shape', { ...counts, answer: { all: 'one', mine: 0, unassigned: 0 } }, 'all: '],
    ['an answer that says more', { ...counts, answer: { ...(counts.answer as object), extra: 1 } }, 'extra: is not in'],
    ['another status', { ...counts, status: 201 }, 'answered with 200, not 201'],
    ['a query the gateway refuses', { ...counts, url: `${COUNTS}?sort=up` }, 'query of'],
    ['a body the gateway refuses', { ...read, body: { seq: -1 } }, 'body of'],
    ['an answer where there is none', { ...read, answer: {} }, 'has no answer'],
    ['an error that is no problem', { ...read, status: 404, answer: { message: 'x' } }, 'code: '],
  ])('notes %s', (_, exchange, note) => {
    expect(driftOf(exchange)).toEqual(expect.arrayContaining([expect.stringContaining(note)]));
  });

  it('looks into events, over HTTP and sockets', () => {
    const event = { dialogId: 'd', seq: 1, type: 'dialog.closed', payload: { reason: 'bored' } };
    const whole = {
      ...event,
      eventId: 'e',
      occurredAt: '2026-01-01T00:00:00.000Z',
      actor: { kind: 'service', id: 'x' },
    };
    const page = { ...counts, url: '/api/sites/s/dialogs/d/events', answer: { events: [whole] } };
    expect(driftOf(page)).toEqual([expect.stringContaining('payload.reason')]);
    const contract = new ApiContract();
    contract.socket('dialog.event', whole);
    contract.socket('gossip', {});
    contract.socket('resync', {});
    expect(contract.drift).toEqual([
      expect.stringContaining('payload.reason'),
      expect.stringContaining('no such message'),
    ]);
  });

  it('names everything once when it is asked to', () => {
    const contract = new ApiContract();
    contract.socket('gossip', {});
    contract.socket('gossip', {});
    expect(() => contract.assert()).toThrow('differs from the API:\nsocket gossip: the gateway sends no such message');
    expect(() => contract.assert()).not.toThrow();
    expect(() => answers(countsSchema, { all: 1 })).toThrow('mine');
  });
});
