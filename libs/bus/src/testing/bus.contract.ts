import { describe } from '@jest/globals';
import { describeBroadcast } from './broadcast.contract.js';
import { describeDelivery } from './delivery.contract.js';
import { describeFailures } from './failures.contract.js';
import { useKit, type BusCapabilities, type BusHarness } from './harness.js';
import { describeMembers } from './members.contract.js';
import { describeProcesses } from './process.contract.js';

export type { BusCapabilities, BusHarness, ChildAdapter } from './harness.js';

/**
 * What the bus promises, on any log: every adapter runs this suite unchanged.
 * @param createHarness called before each case; several harnesses may share one log, cases use topics of their own
 */
export function describeBusContract(
  name: string,
  createHarness: () => Promise<BusHarness>,
  capabilities: BusCapabilities = {},
): void {
  describe(`bus contract: ${name}`, () => {
    const kit = useKit(createHarness);
    describeDelivery(kit, capabilities);
    describeFailures(kit);
    describeMembers(kit);
    describeBroadcast(kit, capabilities);
    describeProcesses(kit, capabilities);
  });
}
