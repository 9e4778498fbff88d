import { LIMITS } from '@beseda/api';
import { invalidField } from '@beseda/errors';
import {
  type CardChange,
  type Contact,
  type Decision,
  type Properties,
  type PropertyValue,
  historyEntry,
} from './contact.js';

/** All properties of one contact together, as JSON; characters. */
export const MAX_PROPERTIES_LENGTH = 16_384;

const FIELDS = ['name', 'email', 'phone'] as const;

/** The properties after a change: null removes. @throws AppError INVALID_ARGUMENT beyond the limits */
export function changedProperties(
  present: Properties,
  change: Readonly<Record<string, PropertyValue | null>>,
): Properties {
  const next = new Map(Object.entries(present));
  for (const [key, value] of Object.entries(change)) {
    if (value === null) next.delete(key);
    else next.set(key, value);
  }
  const result = Object.fromEntries(next);
  if (next.size > LIMITS.properties || JSON.stringify(result).length > MAX_PROPERTIES_LENGTH) {
    const limits = `at most ${LIMITS.properties} properties with ${MAX_PROPERTIES_LENGTH} characters in all`;
    throw invalidField('properties', 'too_many', `A contact may have ${limits}.`);
  }
  return result;
}

/** The part of a change that changes something; undefined: nothing does. */
function effective(contact: Contact, change: CardChange): CardChange | undefined {
  const fields = FIELDS.flatMap((field) => {
    const value = change[field];
    return value === undefined || value === contact[field] ? [] : [[field, value] as const];
  });
  const properties = Object.entries(change.properties ?? {}).filter(
    ([key, value]) => value !== (Object.hasOwn(contact.properties, key) ? contact.properties[key] : null),
  );
  if (fields.length === 0 && properties.length === 0) return undefined;
  return {
    ...Object.fromEntries(fields),
    ...(properties.length > 0 ? { properties: Object.fromEntries(properties) } : {}),
  };
}

/** Changes the card; undefined when nothing would change. @throws AppError INVALID_ARGUMENT beyond the limits */
export function changeCard(contact: Contact, change: CardChange): (Decision & { changes: CardChange }) | undefined {
  const changes = effective(contact, change);
  if (!changes) return undefined;
  const { properties, ...fields } = changes;
  return {
    changes,
    set: {
      ...fields,
      ...(properties ? { properties: changedProperties(contact.properties, properties) } : {}),
    },
    events: [{ type: 'contact.changed', changes }],
  };
}

/** What the site's page says of the visitor. It is taken as it is, but proves nothing. */
export function identify(contact: Contact, change: CardChange, now: Date): Decision | undefined {
  const decision = changeCard(contact, change);
  if (!decision) return undefined;
  const { properties, ...fields } = decision.changes;
  return {
    set: { ...decision.set, lastSeenAt: now },
    record: [historyEntry(now, 'identified', { props: JSON.stringify({ ...fields, ...properties }) })],
    events: decision.events ?? [],
  };
}
