/** A red PNG of 3 × 2 pixels. */
export const PNG: Uint8Array = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR4nGP4z8AAQQxwFgBB0gX7h/C5SAAAAABJRU5ErkJggg==',
  'base64',
);

/** A GIF of 5 × 4 pixels. */
export const GIF: Uint8Array = Buffer.from('R0lGODlhBQAEAIAAAAAAAP///ywAAAAABQAEAAACBYSPqctdADs=', 'base64');

/** The headers of a JPEG stored as 3 × 2 pixels, to be turned by a quarter (Exif orientation 6): shown as 2 × 3. */
export const JPEG_TURNED: Uint8Array = Buffer.from(
  '/9j/4QAiRXhpZgAASUkqAAgAAAABABIBAwABAAAABgAAAAAAAAD/wAALCAACAAMBAREA/9k=',
  'base64',
);
