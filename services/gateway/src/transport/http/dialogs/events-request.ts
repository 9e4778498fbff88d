import type { EventsQuery } from '@beseda/api';
import type { dialogsV1 } from '@beseda/contracts';
import { invalidField } from '@beseda/errors';

/** A page of events as the service takes it. @throws AppError INVALID_ARGUMENT when both directions are asked for */
export function eventsRequest(dialogId: string, query: EventsQuery): dialogsV1.ListEventsRequest {
  const { afterSeq = 0, beforeSeq = 0, limit = 0 } = query;
  if (afterSeq > 0 && beforeSeq > 0)
    throw invalidField('beforeSeq', 'conflict', 'Give afterSeq or beforeSeq, not both.');
  return { dialogId, afterSeq, beforeSeq, limit };
}
