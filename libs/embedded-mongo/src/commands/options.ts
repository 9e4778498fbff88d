import { isDoc, truthy, type Doc, type Value } from '../bson/values.js';
import { badValue, MongoError, notImplemented } from '../errors.js';

/** The fields of a command: those it takes, and those MongoDB takes and this server does not. */
export interface Fields {
  readonly accepts: readonly string[];
  readonly refuses: readonly string[];
}

/** Fields every command may carry. */
const GENERIC = new Set([
  '$db', 'lsid', '$clusterTime', '$readPreference', 'comment', 'maxTimeMS', 'readConcern', 'writeConcern', 'txnNumber',
  'startTransaction', 'autocommit', 'bypassDocumentValidation', 'let', 'collation',
]); // prettier-ignore

/**
 * Nothing is ever ignored: a field nobody knows is 40415, a feature that is switched on but not here is 238.
 * @param where the command's name, for the message
 */
export function refuseUnknown(where: string, fields: Doc, { accepts, refuses }: Fields, generic = false): void {
  for (const [name, value] of fields) {
    if (accepts.includes(name)) continue;
    if (refuses.includes(name)) {
      if (switchedOn(name, value)) throw notImplemented(`the option '${name}' of ${where}`);
    } else if (!generic || !GENERIC.has(name))
      throw new MongoError(40415, `BSON field '${where}.${name}' is an unknown field.`);
  }
}

/** `false`, `{}` and the binary collation change nothing and may stand. */
function switchedOn(name: string, value: Value): boolean {
  if (isDoc(value))
    return value.size > 0 && !(name === 'collation' && value.size === 1 && value.get('locale') === 'simple');
  return truthy(value);
}

/** The fields every command may carry, as a standalone server takes them. */
export function checkGeneric(command: Doc): void {
  if (truthy(command.get('startTransaction')) || command.has('txnNumber') || command.get('autocommit') === false) {
    throw new MongoError(20, 'Transaction numbers are only allowed on a replica set member or mongos');
  }
  for (const name of ['let', 'collation']) {
    const value = command.get(name);
    if (value !== undefined && switchedOn(name, value))
      throw notImplemented(name === 'let' ? "the option 'let'" : 'collation');
  }
  checkReadConcern(command.get('readConcern'));
}

function checkReadConcern(concern: Value | undefined): void {
  if (!isDoc(concern)) return;
  const level = concern.get('level') ?? 'local';
  if (level === 'snapshot' || level === 'linearizable')
    throw new MongoError(123, `node needs to be a replica set member to use read concern { level: "${level}" }`);
  if (level !== 'local' && level !== 'majority' && level !== 'available')
    throw badValue(`Enumeration value '${String(level)}' for field 'readConcern.level' is not a valid value.`);
}

/** The error a standalone reports beside a write that asks for more members than it has; undefined when all is well. */
export function writeConcernError(concern: Value | undefined): Doc | undefined {
  if (!isDoc(concern)) return undefined;
  const w = concern.get('w');
  let message: string | undefined;
  if (typeof w === 'number' && w > 1) message = "cannot use 'w' > 1 when a host is not replicated";
  else if (typeof w === 'string' && w !== 'majority')
    message = `cannot use non-majority 'w' mode "${w}" when a host is not a member of a replica set`;
  if (message === undefined) return undefined;
  return new Map<string, Value>([
    ['code', 2],
    ['codeName', 'BadValue'],
    ['errmsg', message],
  ]);
}
