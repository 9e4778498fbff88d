// Generated from proto/ by "npm run proto"; do not edit.

/* eslint-disable */

/** Event types of each topic, in the order of their field numbers. */
export const EVENT_TYPES = {
  'beseda.contacts.v1': ['contact.created', 'contact.identified', 'contact.changed', 'contact.merged', 'page.viewed', 'event.tracked'],
  'beseda.dialogs.v1': ['dialog.started', 'message.posted', 'delivery.changed', 'dialog.read', 'note.added', 'dialog.assigned', 'dialog.unassigned', 'dialog.closed', 'dialog.reopened', 'dialog.finalized', 'dialog.tagged'],
  'beseda.presence.v1': ['visitor.presence.changed', 'operator.presence.changed'],
  'beseda.settings.v1': ['setting.changed'],
} as const;
