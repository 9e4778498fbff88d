import { Injectable, inject } from '@angular/core';
import { ApiError, type ApiProblem } from '@beseda/realtime';
import { Auth } from './auth.js';

/** Tables that go in and out as files: requests whose body or answer is no JSON. */
@Injectable({ providedIn: 'root' })
export class Tables {
  readonly #auth = inject(Auth);

  /** Rejects with ApiError or a TypeError of fetch. */
  async download(path: string): Promise<Blob> {
    return await (await this.#ask('GET', path)).blob();
  }

  /** Sends a table as CSV and gives the answer. Rejects with ApiError or a TypeError of fetch. */
  async upload<T>(path: string, table: Blob): Promise<T> {
    return (await (await this.#ask('POST', path, table)).json()) as T;
  }

  /** Gives a file to the browser to keep. */
  save(blob: Blob, name: string): void {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  async #ask(method: string, path: string, body?: Blob): Promise<Response> {
    const once = async (refresh: boolean): Promise<Response> => {
      const token = await this.#auth.token(refresh);
      const headers = {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body ? { 'content-type': 'text/csv; charset=utf-8' } : {}),
      };
      return await fetch(path, { method, headers, ...(body ? { body } : {}) });
    };
    let answer = await once(false);
    if (answer.status === 401) answer = await once(true);
    if (answer.ok) return answer;
    const problem = (await answer.json().catch(() => null)) as Partial<ApiProblem> | null;
    throw new ApiError({ code: 'INTERNAL', detail: '', ...problem, status: answer.status });
  }
}
