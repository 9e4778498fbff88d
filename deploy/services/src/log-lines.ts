/** Whose line it is. */
export interface LineSource {
  service: string;
  replica: string;
}

/**
 * A line of a process as one JSON line that names the replica; undefined for an empty one. What is JSON already keeps its
 * fields, anything else (a stack, a warning of Node) becomes the message.
 */
export function taggedLine(line: string, source: LineSource, stream: 'stdout' | 'stderr'): string | undefined {
  const text = line.trim();
  if (text === '') return undefined;
  if (text.startsWith('{"') && text.endsWith('}'))
    return `{"replica":${JSON.stringify(source.replica)},${text.slice(1)}`;
  return logLine(stream === 'stderr' ? 'warn' : 'info', source, line);
}

/** A line of the starter's own about a replica. */
export const logLine = (level: 'info' | 'warn' | 'error', source: LineSource, msg: string): string =>
  JSON.stringify({ level, time: Date.now(), ...source, msg });
