import { it } from '@jest/globals';

/**
 * One test whose steps build on one another, in this order whatever the order of the tests.
 * @param steps by what happens in each; the error of a step names it
 */
export function story(name: string, steps: Record<string, () => Promise<void>>, timeoutMs: number): void {
  it(
    name,
    async () => {
      for (const [step, run] of Object.entries(steps)) {
        await run().catch((error: unknown) => {
          throw new Error(`${step}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
        });
      }
    },
    timeoutMs,
  );
}
