import { z } from 'zod';
import { seqSchema, timeSchema } from './common.js';
import { dialogEventSchema } from './events.js';
import { PRESENCES } from './words.js';
import { widgetLookSchema } from './widget.js';

/** What sockets push, by the name of the message. Operators' and visitors' are told apart by the namespace, not by the name. */
export const SOCKET_MESSAGES = {
  'dialog.event': dialogEventSchema,
  'dialogs.changed': z.object({ siteId: z.string(), dialogId: z.string(), seq: seqSchema }),
  heads: z.object({ dialogs: z.record(z.string(), seqSchema) }),
  resync: z.object({}),
  'session.ended': z.object({}),
  'settings.changed': z.object({ siteId: z.string(), kind: z.string(), id: z.string(), version: z.int() }),
  presence: z.object({
    siteId: z.string(),
    operatorId: z.string(),
    state: z.enum(PRESENCES),
    since: timeSchema,
  }),
  settings: z.object({ settings: widgetLookSchema }),
} as const satisfies Record<string, z.ZodType>;
export type SocketMessageName = keyof typeof SOCKET_MESSAGES;
/** Answer to `resume` once everything missed was sent: the server's heads. */
export const resumeAck = z.object({ dialogs: z.record(z.string(), seqSchema) });
