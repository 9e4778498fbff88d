import { describe, expect, it } from '@jest/globals';
import { givenWhenThen, type Decider } from './given-when-then.js';

type Event = { type: 'added'; by: number };
class Refused extends Error {
  readonly code = 'FAILED_PRECONDITION';
}
const counter: Decider<number, { add: number }, Event> = {
  initial: 0,
  decide: (state, { add }) => {
    if (state + add > 10) throw new Refused('over ten');
    return add === 0 ? [] : [{ type: 'added', by: add }];
  },
  evolve: (state, event) => state + event.by,
};
const scenario = givenWhenThen(counter);

describe('givenWhenThen', () => {
  it('passes when events, state and refusals are as expected', () => {
    scenario
      .when({ add: 3 })
      .then({ type: 'added', by: 3 })
      .thenState((s) => expect(s).toBe(3));
    scenario.given({ type: 'added', by: 4 }).when({ add: 0 }).then();
    scenario.given({ type: 'added', by: 9 }).when({ add: 2 }).thenError({ code: 'FAILED_PRECONDITION' });
  });

  it('fails on other events, on a missing and on an unexpected refusal', () => {
    expect(() => scenario.when({ add: 3 }).then()).toThrow('other events');
    expect(() => scenario.when({ add: 3 }).then({ type: 'added', by: 4 })).toThrow('other events');
    expect(() => scenario.when({ add: 3 }).thenError({ code: 'X' })).toThrow('the command was not refused');
    expect(() => scenario.when({ add: 11 }).then()).toThrow('the command was refused');
    expect(() => scenario.when({ add: 11 }).thenError({ code: 'X' })).toThrow('refused with another code');
  });
});
