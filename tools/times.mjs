// Reads from what Nx and Jest print how long each part and each spec file took, and says it in a table.

/** Spec files in the table. */
const SLOWEST = 15;
const seconds = (ms) => `${(ms / 1_000).toFixed(1)} s`.padStart(9);

export class Times {
  #project = '';
  #parts = [];
  #projects = new Map();
  #specs = [];

  /** A step of the run, when it is over. */
  part(name, ms) {
    this.#parts.push([name, ms]);
  }

  /** One line of output. Nx prints a task's output in one piece, so the last project named is the one a sum belongs to. */
  read(line) {
    const spec = /^(?:PASS|FAIL) (\S+) (\S+)(?: \(([\d.]+) s\))?\s*$/.exec(line);
    if (spec) {
      this.#project = spec[1].replace(/^(console|e2e)-.*/, '$1');
      if (spec[3]) this.#specs.push([`${this.#project} ${spec[2]}`, Number(spec[3]) * 1_000]);
    }
    const sum = /^Time:\s+([\d.]+) s/.exec(line);
    if (sum && this.#project) this.#add(this.#project, Number(sum[1]));
    const script = /^Took: (\S+) ([\d.]+) s/.exec(line);
    if (script) this.#add(script[1], Number(script[2]));
  }

  #add(name, seconds) {
    this.#projects.set(name, (this.#projects.get(name) ?? 0) + seconds * 1_000);
  }

  table() {
    const rows = (list) => list.map(([name, ms]) => `${seconds(ms)}  ${name}`);
    const slowestFirst = (list) => list.toSorted((a, b) => b[1] - a[1]);
    return [
      ...['', 'Time by part', ...rows(this.#parts)],
      ...['', 'By project, and checks beside them', ...rows(slowestFirst([...this.#projects]))],
      ...['', 'The slowest spec files', ...rows(slowestFirst(this.#specs).slice(0, SLOWEST)), ''],
    ].join('\n');
  }
}
