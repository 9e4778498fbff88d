import type { ParkedKey, ParkedRecord, ParkedStore, ReceivedRecord } from '../port.js';

/** Parked records in memory: for unit tests and for groups whose records are worth nothing after a restart. */
export function memoryParkedStore(): ParkedStore {
  const groups = new Map<string, Map<string, ParkedRecord>>();
  const of = (group: string): Map<string, ParkedRecord> => {
    const found = groups.get(group);
    if (found) return found;
    const made = new Map<string, ParkedRecord>();
    groups.set(group, made);
    return made;
  };
  const id = (record: ReceivedRecord): string => `${record.partition}/${record.offset}`;
  return {
    park(group, record, reason) {
      const before = of(group).get(id(record));
      if (!before || reason.kind === 'error') of(group).set(id(record), { record, reason });
      return Promise.resolve();
    },
    keys(group) {
      const keys = new Map<string, ParkedKey>();
      for (const { record } of of(group).values()) {
        const { topic, key, partition } = record;
        keys.set(key, { topic, key, partition, count: (keys.get(key)?.count ?? 0) + 1 });
      }
      return Promise.resolve([...keys.values()]);
    },
    first(group, key) {
      const records = [...of(group).values()].filter((p) => p.record.key === key);
      records.sort((a, b) => a.record.offset - b.record.offset);
      return Promise.resolve(records[0]);
    },
    remove(group, record) {
      of(group).delete(id(record));
      return Promise.resolve();
    },
  };
}
