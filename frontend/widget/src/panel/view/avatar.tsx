import type { JSX } from 'preact';
import { initials, tintOf } from '../names.js';

/** A round picture with letters; the name stands beside it in words. */
export function Avatar({ id, name, small = false }: { id: string; name: string; small?: boolean }): JSX.Element {
  return (
    <span class={`av av${tintOf(id)}${small ? ' av-s' : ''}`} aria-hidden="true">
      {initials(name)}
    </span>
  );
}
