import type { DialogEventType } from './events.js';

/** What a contact gets instead of an event it may not see. */
export const HIDDEN = 'hidden';

/**
 * Everything a contact may see. The rest goes on among operators (notes, assignments, tags): of it a contact learns only
 * that the dialog's seq has moved on.
 */
const SEEN_BY_CONTACTS: ReadonlySet<string> = new Set<DialogEventType>([
  'dialog.started',
  'message.posted',
  'delivery.changed',
  'dialog.read',
  'dialog.closed',
  'dialog.reopened',
  'dialog.finalized',
]);

/** Whether a contact may see events of this type. */
export const contactSees = (type: string): boolean => SEEN_BY_CONTACTS.has(type);
