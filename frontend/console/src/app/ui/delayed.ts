import { effect, signal, type Signal } from '@angular/core';

/** True once `condition` has held for `ms` milliseconds: what is fast shows no skeleton. Call in an injection context. */
export function delayed(condition: () => boolean, ms: number): Signal<boolean> {
  const late = signal(false);
  effect((onCleanup) => {
    late.set(false);
    if (!condition()) return;
    const timer = setTimeout(() => late.set(true), ms);
    onCleanup(() => clearTimeout(timer));
  });
  return late.asReadonly();
}
