import { Injectable, inject } from '@angular/core';
import { createApi, type ApiRequest } from '@beseda/realtime';
import { Auth } from './auth.js';

/** Requests in the name of the operator who is signed in. */
@Injectable({ providedIn: 'root' })
export class Api {
  readonly #auth = inject(Auth);
  /** Rejects with ApiError only. */
  readonly request: ApiRequest = createApi({
    baseUrl: '',
    fetch: (...a) => fetch(...a),
    token: (refresh) => this.#auth.token(refresh),
  });
}
