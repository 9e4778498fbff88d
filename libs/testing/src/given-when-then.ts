import { isDeepStrictEqual, inspect } from 'node:util';

/** The pure part of an aggregate: what a command decides and what an event changes. */
export interface Decider<State, Command, Event> {
  /** State before the first event. */
  readonly initial: State;
  /** Events a command leads to; throws when the command is refused. */
  decide(state: State, command: Command): readonly Event[];
  /** State after an event. */
  evolve(state: State, event: Event): State;
}

/** What a refused command is expected to throw: every named field must match (`code`, `detail`, `message`, …). */
export type ExpectedError = Readonly<Record<string, unknown>>;

/** Last step: what came out. Each throws an Error with both sides when it is not so. */
export interface Outcome<State, Event> {
  /** Exactly these events; `[]` for "nothing happens". */
  then(...events: readonly Event[]): Outcome<State, Event>;
  /** The events satisfy an assertion of your own. */
  thenEvents(check: (events: readonly Event[]) => void): Outcome<State, Event>;
  /** The command was refused with an error that has these fields. */
  thenError(expected: ExpectedError): void;
  /** The state after the new events satisfies an assertion of your own. */
  thenState(check: (state: State) => void): Outcome<State, Event>;
}

/** Given these events, when this command, then … */
export interface Scenario<State, Command, Event> {
  given(...events: readonly Event[]): { when(command: Command): Outcome<State, Event> };
  /** Nothing has happened yet. */
  when(command: Command): Outcome<State, Event>;
}

function fail(message: string, expected: unknown, actual: unknown): never {
  const show = (value: unknown): string => inspect(value, { depth: 10, sorted: true });
  throw new Error(`${message}\nexpected: ${show(expected)}\n  actual: ${show(actual)}`);
}

function outcome<S, C, E>(decider: Decider<S, C, E>, state: S, command: C): Outcome<S, E> {
  let events: readonly E[] = [];
  let refusal: { error: unknown } | undefined;
  try {
    events = decider.decide(state, command);
  } catch (error) {
    refusal = { error }; // judged by the step that follows
  }
  const accepted = (): readonly E[] => {
    if (refusal) throw new Error('the command was refused', { cause: refusal.error });
    return events;
  };
  const self: Outcome<S, E> = {
    then: (...expected) => {
      if (!isDeepStrictEqual([...accepted()], [...expected])) fail('other events', expected, events);
      return self;
    },
    thenEvents: (check) => {
      check(accepted());
      return self;
    },
    thenError: (expected) => {
      if (!refusal) fail('the command was not refused', expected, events);
      const actual = refusal.error as Record<string, unknown>;
      for (const [field, value] of Object.entries(expected)) {
        if (!isDeepStrictEqual(actual[field], value)) fail(`refused with another ${field}`, value, actual[field]);
      }
    },
    thenState: (check) => {
      check(accepted().reduce((s, e) => decider.evolve(s, e), state));
      return self;
    },
  };
  return self;
}

/**
 * Tests of a decider in the words of the product: `given(events).when(command).then(events)`.
 * Independent of the test runner: every step throws when it does not hold.
 */
export function givenWhenThen<S, C, E>(decider: Decider<S, C, E>): Scenario<S, C, E> {
  return {
    given: (...events) => ({
      when: (command) =>
        outcome(
          decider,
          events.reduce((s, e) => decider.evolve(s, e), decider.initial),
          command,
        ),
    }),
    when: (command) => outcome(decider, decider.initial, command),
  };
}
