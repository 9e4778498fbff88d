import type { JSX } from 'preact';
import { initials, tintOf } from '../names.js';
import type { Person } from '../settings.js';

/** A round picture, or letters where there is none; the name stands beside it in words. */
export function Avatar({ id, name, avatarUrl, small = false }: Person & { small?: boolean }): JSX.Element {
  return (
    <span class={`av av${tintOf(id)}${small ? ' av-s' : ''}`} aria-hidden="true">
      {initials(name)}
      {avatarUrl && <img key={avatarUrl} src={avatarUrl} alt="" onError={(event) => event.currentTarget.remove()} />}
    </span>
  );
}
