import { fileTypeFromBuffer } from 'file-type';
import { imageSize } from 'image-size';

/** What a file is by its content. */
export interface Inspection {
  /** Media type. */
  type: string;
  /** Whether a browser may show it in place. */
  inline: boolean;
  /** Pixels as shown (after the rotation the picture asks for); only for pictures shown inline. */
  width?: number;
  height?: number;
}

/** Pictures that cannot carry scripts and that every browser shows. */
const INLINE_TYPES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
const UNKNOWN = 'application/octet-stream';
/** RFC 6838 names, without parameters. */
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}$/;

/**
 * The type by content; what the sender declared counts only when the content tells nothing, and never makes a picture.
 */
export async function inspect(bytes: Uint8Array, declaredType: string): Promise<Inspection> {
  const type = (await sniff(bytes)) ?? declared(declaredType);
  if (!INLINE_TYPES.has(type)) return { type, inline: false };
  const size = sizeOf(bytes);
  // The beginning says picture, the rest does not hold: to be downloaded, not shown.
  return size ? { type, inline: true, ...size } : { type: UNKNOWN, inline: false };
}

async function sniff(bytes: Uint8Array): Promise<string | undefined> {
  try {
    const mime = (await fileTypeFromBuffer(bytes))?.mime;
    // An animated PNG is a PNG to every reader, and older ones know only that name.
    return mime === 'image/apng' ? 'image/png' : mime;
  } catch {
    // A damaged container the detector could not follow: the content tells nothing.
    return undefined;
  }
}

function declared(type: string): string {
  const name = type.split(';')[0]?.trim().toLowerCase() ?? '';
  return MEDIA_TYPE.test(name) && !name.startsWith('image/') ? name : UNKNOWN;
}

function sizeOf(bytes: Uint8Array): { width: number; height: number } | undefined {
  try {
    const { width, height, orientation = 1 } = imageSize(bytes);
    if (!(width > 0 && height > 0)) return undefined;
    // Exif 2.3: orientations 5–8 are turned by a quarter.
    return orientation >= 5 ? { width: height, height: width } : { width, height };
  } catch {
    // Not a picture that can be read.
    return undefined;
  }
}
