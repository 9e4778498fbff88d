/** Side of the saved picture, pixels: sharp at three times the largest place it is shown. */
export const PICTURE_SIDE = 512;
/** Largest picture the server takes, bytes. */
export const PICTURE_BYTES = 2_097_152;
/** Most times the square can be enlarged. */
export const MAX_ZOOM = 4;

/** Which square of an image is taken: its centre in parts of the image, and how much it is enlarged. */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The whole middle square. */
export const MIDDLE: Crop = { x: 0.5, y: 0.5, zoom: 1 };

/** The square in pixels of the image. */
export function squareOf(
  image: Size,
  crop: Crop,
): { readonly left: number; readonly top: number; readonly side: number } {
  const side = Math.min(image.width, image.height) / crop.zoom;
  return { left: crop.x * image.width - side / 2, top: crop.y * image.height - side / 2, side };
}

/** The crop with its square inside the image. */
export function inside(image: Size, crop: Crop): Crop {
  const zoom = Math.min(MAX_ZOOM, Math.max(1, crop.zoom));
  const half = Math.min(image.width, image.height) / zoom / 2;
  const clamp = (part: number, length: number): number => Math.min(1 - half / length, Math.max(half / length, part));
  return { x: clamp(crop.x, image.width), y: clamp(crop.y, image.height), zoom };
}

/** Draws the square and packs it. Rejects with a RangeError when even a strongly packed one is too large. */
export async function cut(image: HTMLImageElement, crop: Crop): Promise<Blob> {
  const size = { width: image.naturalWidth, height: image.naturalHeight };
  const { left, top, side } = squareOf(size, crop);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = Math.max(64, Math.min(PICTURE_SIDE, Math.round(side)));
  const context = canvas.getContext('2d');
  if (!context) throw new RangeError('No canvas');
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, left, top, side, side, 0, 0, canvas.width, canvas.height);
  for (const [type, quality] of [
    ['image/png', 1],
    ['image/jpeg', 0.92],
    ['image/jpeg', 0.7],
  ] as const) {
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, quality));
    if (blob && blob.size <= PICTURE_BYTES) return blob;
  }
  throw new RangeError('Too large');
}
