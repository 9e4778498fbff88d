/** How long a closed dialog may be reopened by its contact when the site says nothing else; hours. */
export const DEFAULT_REOPEN_WINDOW_HOURS = 24;

const HOUR_MS = 3_600_000;

/** The site's reopen window in milliseconds; 0: a closed dialog is closed for good at once. */
export const reopenWindowMs = (hours: number | undefined): number => (hours ?? DEFAULT_REOPEN_WINDOW_HOURS) * HOUR_MS;

/** When the reopen window of a closed dialog ends. From that moment on the dialog can be finalized. */
export const reopenWindowEnd = (closedAt: Date, windowMs: number): Date => new Date(closedAt.getTime() + windowMs);

/** Whether the contact may still reopen a dialog closed then. Whoever asks gets the same answer: only `closedAt` counts. */
export const withinReopenWindow = (closedAt: Date, windowMs: number, now: Date): boolean =>
  now.getTime() < closedAt.getTime() + windowMs;
