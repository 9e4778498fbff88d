import { createHash } from 'node:crypto';

/**
 * Every event of a dialog is chained to the one before it, so that damage and loss show:
 *
 *     bodyDigest = SHA-256(salt ‖ body)
 *     hash       = SHA-256(previous hash ‖ envelope bytes as stored ‖ bodyDigest)
 *
 * Body and salt are fields of their own: erasing them (a person's right) leaves the chain valid, because the digest stays.
 * It proves nothing against somebody who may rewrite the whole chain.
 */
export const HASH_BYTES = 32;
/** Random bytes put before a body, so that a short erased text cannot be guessed from its digest. */
export const SALT_BYTES = 16;

/** What the first event is chained to. */
export const GENESIS: Uint8Array = new Uint8Array(HASH_BYTES);

const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

export const bodyDigest = (salt: Uint8Array, body: Uint8Array): Uint8Array => sha256(salt, body);

export const chainHash = (previous: Uint8Array, envelope: Uint8Array, digest: Uint8Array): Uint8Array =>
  sha256(previous, envelope, digest);

/** The chained part of a stored event. */
export interface Link {
  readonly seq: number;
  readonly envelope: Uint8Array;
  /** What the envelope says about its own place. */
  readonly envelopeSeq: number;
  /** The dialog the envelope names, when it is another one. */
  readonly envelopeDialogId?: string;
  /** Absent once erased. */
  readonly body?: Uint8Array;
  readonly salt?: Uint8Array;
  readonly bodyDigest: Uint8Array;
  readonly prevHash: Uint8Array;
  readonly hash: Uint8Array;
}

/** What is wrong with a dialog's events. `head`: the dialog and its events disagree about where they end. */
export interface ChainProblem {
  readonly seq: number;
  readonly kind: 'altered' | 'missing' | 'swapped' | 'head';
  readonly detail: string;
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Checks a dialog's events, in ascending order of `seq`, against the chain and against its head. */
export function checkChain(links: readonly Link[], head: { seq: number; hash: Uint8Array }): ChainProblem[] {
  const problems: ChainProblem[] = [];
  let expected = 1;
  let previous: Uint8Array | undefined = GENESIS;
  for (const link of links) {
    for (; expected < link.seq; expected++) {
      problems.push({ seq: expected, kind: 'missing', detail: 'there is no such event' });
      previous = undefined; // nothing to compare the next one with
    }
    problems.push(...checkLink(link, previous));
    previous = link.hash;
    expected = link.seq + 1;
  }
  for (; expected <= head.seq; expected++)
    problems.push({ seq: expected, kind: 'missing', detail: 'there is no such event' });
  return [...problems, ...checkHead(links.at(-1), head)];
}

function checkLink(link: Link, previous: Uint8Array | undefined): ChainProblem[] {
  const { seq, salt, body } = link;
  const problem = (kind: ChainProblem['kind'], detail: string): ChainProblem[] => [{ seq, kind, detail }];
  if (link.envelopeSeq !== seq)
    return problem('swapped', `the event stored here says that it is number ${link.envelopeSeq}`);
  if (link.envelopeDialogId !== undefined)
    return problem('swapped', `the event stored here belongs to the dialog ${link.envelopeDialogId}`);
  if (salt && body && !same(bodyDigest(salt, body), link.bodyDigest))
    return problem('altered', 'the body is not the one that was stored');
  if (!same(chainHash(link.prevHash, link.envelope, link.bodyDigest), link.hash))
    return problem('altered', 'the envelope or a hash is not the one that was stored');
  if (previous && !same(link.prevHash, previous))
    return problem('altered', 'it does not follow from the event before it');
  return [];
}

function checkHead(last: Link | undefined, head: { seq: number; hash: Uint8Array }): ChainProblem[] {
  if (!last || last.seq < head.seq) return [];
  if (last.seq > head.seq)
    return [{ seq: last.seq, kind: 'head', detail: `there are events beyond the dialog's last number, ${head.seq}` }];
  if (same(last.hash, head.hash)) return [];
  return [{ seq: last.seq, kind: 'head', detail: 'the dialog ends with another hash than its last event' }];
}
