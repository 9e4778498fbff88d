import { dialogsV1 } from '@beseda/contracts';
import type { DialogFact, FileRef } from '../domain/index.js';
import { authorNumber, channelNumber, sentViaNumber } from './contract-names.js';

type Body = NonNullable<dialogsV1.DialogEventBody['body']>;

const ASSIGN = {
  'first-answer': dialogsV1.AssignReason.ASSIGN_REASON_FIRST_ANSWER,
  manual: dialogsV1.AssignReason.ASSIGN_REASON_MANUAL,
} as const;
const REOPEN = {
  manual: dialogsV1.ReopenReason.REOPEN_REASON_MANUAL,
  'contact-wrote': dialogsV1.ReopenReason.REOPEN_REASON_CONTACT_WROTE,
  'operator-wrote': dialogsV1.ReopenReason.REOPEN_REASON_OPERATOR_WROTE,
} as const;

/** A file as the contracts carry it: pixels are 0 when it is not an image shown inline. */
export const fileMessage = (file: FileRef): dialogsV1.FileRef => ({
  ...file,
  width: file.width ?? 0,
  height: file.height ?? 0,
});

/** What happened, as the contracts say it. */
export function eventBody(fact: DialogFact): dialogsV1.DialogEventBody {
  return { body: bodyOf(fact) };
}

function bodyOf(fact: DialogFact): Body {
  switch (fact.type) {
    case 'dialog.started': {
      const { contactId, connection, externalThread } = fact;
      const channel = channelNumber(fact.channel);
      return { $case: 'dialogStarted', value: { channel, contactId, connection, externalThread } };
    }
    case 'message.posted':
      return {
        $case: 'messagePosted',
        value: {
          messageId: fact.messageId,
          author: authorNumber(fact.author),
          channel: channelNumber(fact.channel),
          sentVia: sentViaNumber(fact.sentVia),
          clientMessageId: fact.clientMessageId,
          text: fact.text ?? '',
          file: fact.file && fileMessage(fact.file),
        },
      };
    case 'delivery.changed':
      return { $case: 'deliveryChanged', value: { upToSeq: fact.upToSeq } };
    case 'dialog.read':
      return { $case: 'dialogRead', value: { upToSeq: fact.upToSeq } };
    case 'note.added': {
      const { noteId, clientMessageId, text } = fact;
      return { $case: 'noteAdded', value: { noteId, clientMessageId, text } };
    }
    case 'dialog.assigned': {
      const { operatorId, previousOperatorId = '', reason } = fact;
      return { $case: 'dialogAssigned', value: { operatorId, previousOperatorId, reason: ASSIGN[reason] } };
    }
    case 'dialog.unassigned': {
      const { previousOperatorId, reason } = fact;
      return { $case: 'dialogUnassigned', value: { previousOperatorId, reason: ASSIGN[reason] } };
    }
    case 'dialog.closed':
      return { $case: 'dialogClosed', value: { reason: dialogsV1.CloseReason.CLOSE_REASON_MANUAL } };
    case 'dialog.reopened':
      return { $case: 'dialogReopened', value: { reason: REOPEN[fact.reason] } };
    case 'dialog.finalized':
      return { $case: 'dialogFinalized', value: {} };
    case 'dialog.tagged':
      return { $case: 'dialogTagged', value: { tags: [...fact.tags] } };
  }
}
