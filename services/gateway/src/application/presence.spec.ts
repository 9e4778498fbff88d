import { presenceV1, type routingV1 } from '@beseda/contracts';
import { describe, expect, it } from '@jest/globals';
import type { Backends } from '../infrastructure/backends.js';
import { type OperatorState, Presence, stateValue } from './presence.js';

const since = new Date('2026-01-01T00:00:00Z');
const item = (state: OperatorState, version: number, operatorId = 'o1'): routingV1.OperatorPresence => ({
  siteId: 's1',
  operatorId,
  state: stateValue(state),
  status: stateValue('online'),
  since,
  version,
});
const event = (state: OperatorState, seq: number): presenceV1.PresenceEvent =>
  presenceV1.PresenceEvent.fromPartial({
    envelope: { siteId: 's1', aggregateId: 's1:o1', seq },
    body: { $case: 'operatorPresenceChanged', value: { operatorId: 'o1', state: stateValue(state), since } },
  });

function given(answers: routingV1.OperatorPresence[][]): {
  presence: Presence;
  news: string[];
  warnings: number;
} {
  const news: string[] = [];
  const said = { warnings: 0 };
  const routing = {
    call: () => {
      const items = answers.shift();
      return items ? Promise.resolve({ items }) : Promise.reject(new Error('away'));
    },
  } as unknown as Backends['routing'];
  const logger = { warn: () => void said.warnings++ };
  const presence = new Presence({ routing }, logger as never);
  presence.onChange((siteId, operatorId, state) => news.push(`${siteId}:${operatorId}:${state}`));
  return Object.assign(said, { presence, news });
}

describe('presence of operators in a gateway', () => {
  it('takes the whole and then events; what is older is left', async () => {
    const { presence, news } = given([[item('online', 3), item('offline', 1, 'o2')]]);
    await presence.reconcile();
    presence.receive(event('offline', 2));
    presence.receive(event('away', 4));
    presence.receive(event('away', 4));
    expect(presence.stateOf('s1', 'o1')).toMatchObject({ state: 'away', since });
    expect(presence.list('s1').map(({ operatorId }) => operatorId)).toEqual(['o1', 'o2']);
    expect(presence.list('s2')).toEqual([]);
    expect(news).toEqual(['s1:o1:online', 's1:o2:offline', 's1:o1:away']);
  });

  it('an answer that was under way does not undo an event that came before it', async () => {
    const { presence } = given([[item('online', 1)]]);
    presence.receive(event('offline', 2));
    await presence.reconcile();
    expect(presence.stateOf('s1', 'o1')?.state).toBe('offline');
  });

  it('believes that leases have run out, though nobody has told of it yet', async () => {
    const { presence } = given([[item('online', 1)], [item('offline', 1)]]);
    await presence.reconcile();
    await presence.reconcile();
    expect(presence.stateOf('s1', 'o1')?.state).toBe('offline');
  });

  it('keeps what it knows while routing is away', async () => {
    const said = given([[item('online', 1)]]);
    await said.presence.reconcile();
    await said.presence.reconcile();
    expect(said.presence.stateOf('s1', 'o1')?.state).toBe('online');
    expect(said.warnings).toBe(1);
  });
});
