import { createHash } from 'node:crypto';

/** What makes a send repeatable: who sends, and the sender's own id of it. */
export interface SendKey {
  siteId: string;
  /** Kind and id of the author: `contact:…`. */
  author: string;
  clientMessageId: string;
}

/** The id of the file of a send: the same send repeated names the same file. A UUID (version 8, RFC 9562) by SHA-256. */
export function fileIdOf({ siteId, author, clientMessageId }: SendKey): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([siteId, author, clientMessageId]))
    .digest();
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x80, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = digest.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
