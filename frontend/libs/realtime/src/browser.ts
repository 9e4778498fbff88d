/** The parts of `window` that tell about visibility and network. */
export interface SignalSource {
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
  readonly document: {
    readonly visibilityState: string;
    addEventListener(type: string, listener: () => void): void;
    removeEventListener(type: string, listener: () => void): void;
  };
}

/**
 * Calls `wake` when the page becomes visible again, comes out of the back-forward cache or the network returns, and `change`
 * also when the network goes. Returns a function that ends it.
 */
export function watchWakeUps(source: SignalSource, wake: () => void, change?: () => void): () => void {
  const visible = (): void => {
    if (source.document.visibilityState === 'visible') wake();
  };
  const gone = (): void => change?.();
  source.document.addEventListener('visibilitychange', visible);
  source.addEventListener('pageshow', visible);
  source.addEventListener('online', wake);
  source.addEventListener('offline', gone);
  return () => {
    source.document.removeEventListener('visibilitychange', visible);
    source.removeEventListener('pageshow', visible);
    source.removeEventListener('online', wake);
    source.removeEventListener('offline', gone);
  };
}
