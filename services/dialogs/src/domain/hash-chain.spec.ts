import { beforeEach, describe, expect, it } from '@jest/globals';
import { GENESIS, type Link, bodyDigest, chainHash, checkChain } from './hash-chain.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function chain(length: number): Link[] {
  const links: Link[] = [];
  for (let seq = 1; seq <= length; seq++) {
    const [salt, body, envelope] = [bytes(`salt ${seq}`), bytes(`body ${seq}`), bytes(`envelope ${seq}`)];
    const prevHash = links.at(-1)?.hash ?? GENESIS;
    const digest = bodyDigest(salt, body);
    links.push({
      seq,
      envelope,
      envelopeSeq: seq,
      salt,
      body,
      bodyDigest: digest,
      prevHash,
      hash: chainHash(prevHash, envelope, digest),
    });
  }
  return links;
}

describe('the hash chain', () => {
  let links: Link[];
  const head = () => ({ seq: 5, hash: chain(5)[4]?.hash ?? GENESIS });
  const change = (seq: number, more: Partial<Link>) =>
    links.map((link) => (link.seq === seq ? { ...link, ...more } : link));
  const found = (changed: Link[]) => checkChain(changed, head()).map(({ seq, kind }) => `${seq} ${kind}`);

  beforeEach(() => {
    links = chain(5);
  });

  it('holds when nothing was touched', () => expect(found(links)).toEqual([]));

  it('starts from zeros and depends on every part', () => {
    expect(links[0]?.prevHash).toEqual(new Uint8Array(32));
    expect(new Set(links.map((l) => Buffer.from(l.hash).toString('hex'))).size).toBe(5);
  });

  it('names an altered body, envelope, digest or hash', () => {
    expect(found(change(3, { body: bytes('another') }))).toEqual(['3 altered']);
    expect(found(change(3, { envelope: bytes('another') }))).toEqual(['3 altered']);
    expect(found(change(3, { bodyDigest: GENESIS }))).toEqual(['3 altered']);
    expect(found(change(5, { hash: GENESIS }))).toEqual(['5 altered', '5 head']);
  });

  it('names an event that was rewritten together with its own hash', () => {
    const envelope = bytes('another');
    const { prevHash, bodyDigest: digest } = links[2] as Link;
    expect(found(change(3, { envelope, hash: chainHash(prevHash, envelope, digest) }))).toEqual(['4 altered']);
  });

  it('names missing events, at the end too', () => {
    expect(found(links.filter((l) => l.seq !== 2 && l.seq !== 3))).toEqual(['2 missing', '3 missing']);
    expect(found(links.slice(0, 4))).toEqual(['5 missing']);
    expect(found([])).toHaveLength(5);
  });

  it('names swapped events', () => {
    const [, second, third] = links as [Link, Link, Link];
    const swapped = links.map((link) =>
      link.seq === 2 ? { ...third, seq: 2 } : link.seq === 3 ? { ...second, seq: 3 } : link,
    );
    expect(found(swapped)).toEqual(expect.arrayContaining(['2 swapped', '3 swapped']));
  });

  it('names events beyond the head and another head', () => {
    expect(checkChain(links, { seq: 4, hash: links[3]?.hash ?? GENESIS })).toMatchObject([{ seq: 5, kind: 'head' }]);
    expect(checkChain(links, { seq: 5, hash: GENESIS })).toMatchObject([{ seq: 5, kind: 'head' }]);
  });

  it('stays valid when bodies are erased', () => {
    const erased = links.map(({ body: _, salt: __, ...link }) => link);
    expect(found(erased)).toEqual([]);
  });
});
