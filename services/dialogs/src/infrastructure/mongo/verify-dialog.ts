import { eventsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import { bytesOf } from '@beseda/mongo';
import type { Connection } from 'mongoose';
import { type ChainProblem, type Link, checkChain } from '../../domain/index.js';
import type { DialogDocument, EventEntry } from './documents.js';
import { DIALOGS, DIALOG_EVENTS } from './schemas.js';

/** What a check of one dialog found. */
export interface Verification {
  readonly dialogId: string;
  readonly ok: boolean;
  /** How many events were checked. */
  readonly events: number;
  readonly problems: readonly ChainProblem[];
}

/**
 * Checks one dialog: its document, what waits in its outbox and its timeline. It only reads, so it may run beside the
 * service: events committed meanwhile are simply not part of what is checked.
 * @throws AppError NOT_FOUND when there is no such dialog.
 */
export async function verifyDialog(connection: Connection, dialogId: string): Promise<Verification> {
  const dialogs = connection.collection<HeadDocument>(DIALOGS);
  const head = () => dialogs.findOne({ _id: dialogId }, { projection: { seq: 1, lastHash: 1, outbox: 1 } });
  // The document first: what has left its outbox since is in the timeline by then.
  const document = await head();
  if (!document) throw appError('NOT_FOUND', `There is no dialog ${dialogId}.`);
  const stored = await connection.collection<EventEntry>(DIALOG_EVENTS).find({ dialogId }).sort({ seq: 1 }).toArray();
  const later = stored.filter(({ seq }) => seq > document.seq);
  const now = later.length > 0 ? ((await head())?.seq ?? 0) : document.seq;
  const { entries, problems } = joined(stored, document);
  const all = [
    ...problems,
    ...checkChain(entries.map(linkOf), { seq: document.seq, hash: bytesOf(document.lastHash) }),
    ...later.filter(({ seq }) => seq > now).map(beyond),
  ].toSorted((a, b) => a.seq - b.seq);
  return { dialogId, ok: all.length === 0, events: entries.length, problems: all };
}

type HeadDocument = Pick<DialogDocument, '_id' | 'seq' | 'lastHash' | 'outbox'>;

const beyond = ({ seq }: EventEntry): ChainProblem => ({
  seq,
  kind: 'head',
  detail: "there is an event beyond the dialog's last number",
});

/** Timeline and outbox as one list, up to the document's seq; an event in both must be the same in both. */
function joined(
  stored: readonly EventEntry[],
  document: HeadDocument,
): { entries: EventEntry[]; problems: ChainProblem[] } {
  const entries = new Map(stored.filter(({ seq }) => seq <= document.seq).map((entry) => [entry.seq, entry]));
  const problems: ChainProblem[] = [];
  for (const entry of document.outbox) {
    const other = entries.get(entry.seq);
    if (!other) entries.set(entry.seq, entry);
    else if (other._id !== entry._id || Buffer.compare(bytesOf(other.hash), bytesOf(entry.hash)) !== 0)
      problems.push({ seq: entry.seq, kind: 'altered', detail: 'outbox and timeline hold different events' });
  }
  return { entries: [...entries.values()].toSorted((a, b) => a.seq - b.seq), problems };
}

function linkOf(entry: EventEntry): Link {
  const { body, salt } = entry;
  return {
    seq: entry.seq,
    envelope: bytesOf(entry.envelope),
    ...claimOf(entry),
    ...(body && { body: bytesOf(body) }),
    ...(salt && { salt: bytesOf(salt) }),
    bodyDigest: bytesOf(entry.bodyDigest),
    prevHash: bytesOf(entry.prevHash),
    hash: bytesOf(entry.hash),
  };
}

/** What the envelope says of itself. */
function claimOf(entry: EventEntry): Pick<Link, 'envelopeSeq' | 'envelopeDialogId'> {
  try {
    const { seq, aggregateId } = eventsV1.EventEnvelope.decode(bytesOf(entry.envelope));
    return { envelopeSeq: seq, ...(aggregateId !== entry.dialogId && { envelopeDialogId: aggregateId }) };
  } catch {
    // Not an envelope any more: the hash shows that it was altered, so its seq is not looked at.
    return { envelopeSeq: entry.seq };
  }
}
