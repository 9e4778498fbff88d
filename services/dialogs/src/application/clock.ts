/** The time; a token of its own so that tests can move it. */
export class Clock {
  now(): Date {
    return new Date();
  }
}
