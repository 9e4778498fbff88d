import { actorKindWords, authorWords, channelWords, dialogsV1, sentViaWords, statusWords } from '@beseda/contracts';
import type { DialogStatus } from '../domain/index.js';

/** The product's words and the numbers they have in the contracts. */
export const channelNumber = channelWords.number;
export const channelWord = channelWords.word;
export const sentViaNumber = sentViaWords.number;
export const sentViaWord = sentViaWords.word;
export const authorNumber = authorWords.number;
/** A dialog that is about to start has no status others know. */
export const statusNumber = (word: DialogStatus): dialogsV1.DialogStatus =>
  word === 'new' ? dialogsV1.DialogStatus.DIALOG_STATUS_UNSPECIFIED : statusWords.number(word);
export const statusWord = statusWords.word;
export const actorNumber = actorKindWords.number;
