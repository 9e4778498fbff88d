import { Injectable, inject } from '@angular/core';
import { ApiError, createApi, type ApiProblem, type ApiRequest } from '@beseda/realtime';
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

  /** A request whose body or answer is no JSON. Rejects with ApiError or a TypeError of fetch. */
  async raw(method: string, path: string, body?: { readonly type: string; readonly blob: Blob }): Promise<Response> {
    const ask = async (refresh: boolean): Promise<Response> => {
      const token = await this.#auth.token(refresh);
      const headers = {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body ? { 'content-type': body.type } : {}),
      };
      return await fetch(path, { method, headers, ...(body ? { body: body.blob } : {}) });
    };
    let answer = await ask(false);
    if (answer.status === 401) answer = await ask(true);
    if (answer.ok) return answer;
    const problem = (await answer.json().catch(() => null)) as Partial<ApiProblem> | null;
    throw new ApiError({ code: 'INTERNAL', detail: '', ...problem, status: answer.status });
  }
}

/** Gives a file to the browser to keep. */
export function saveFile(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
