import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { ApiError, type ApiProblem, type ConnectionState, type DialogEvent, type Notice } from '@beseda/realtime';
import { signal, type EnvironmentProviders, type Provider } from '@angular/core';
import { Subject } from 'rxjs';
import { Api } from '../core/api.js';
import { Auth } from '../core/auth.js';
import { Live } from '../core/live.js';
import { Sites } from '../core/sites.js';
import { I18n, provideI18n, type Lang } from '../i18n/i18n.js';
import { provideIcons } from '../ui/icons.js';

/** Answers of the server for specs: the first rule whose method and path fit. Records every request. */
export class FakeApi {
  readonly calls: { readonly method: string; readonly path: string; readonly body: unknown }[] = [];
  readonly #rules: {
    readonly method: string;
    readonly path: RegExp;
    readonly answer: (path: string, body: unknown) => unknown;
  }[] = [];

  readonly request = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    this.calls.push({ method, path, body });
    const rule = this.#rules.find((one) => one.method === method && one.path.test(path));
    if (!rule) throw refused(404, 'NOT_FOUND');
    return (await rule.answer(path, body)) as T;
  };

  /** Later rules win over earlier ones. */
  on(method: string, path: RegExp, answer: (path: string, body: unknown) => unknown): this {
    this.#rules.unshift({ method, path, answer });
    return this;
  }

  count(method: string, path: RegExp): number {
    return this.calls.filter((call) => call.method === method && path.test(call.path)).length;
  }
}

/** An error as the server sends it. */
export function refused(status: number, code: string, extra: Partial<ApiProblem> = {}): ApiError {
  return new ApiError({ status, code, detail: code, ...extra });
}

/** The live connection without a network: specs push events. */
export class FakeLive {
  readonly state = signal<ConnectionState>('online');
  readonly downSince = signal<number | null>(null);
  readonly failed = signal<ReadonlySet<string>>(new Set());
  readonly events = new Subject<DialogEvent>();
  readonly changes = new Subject<{ readonly dialogId: string; readonly seq?: number }>();
  readonly notices = new Subject<Notice>();
  readonly refreshes = new Subject<void>();
  readonly sent: unknown[] = [];
  readonly retried: string[] = [];
  readonly removed: string[] = [];
  open(): void {}
  close(): void {}
  leave(): void {}
  wake(): void {}
  sendText(dialogId: string, text: string): void {
    this.sent.push({ dialogId, text });
  }
  sendFile(dialogId: string, file: File): void {
    this.sent.push({ dialogId, file: file.name });
  }
  retry(id: string): void {
    this.retried.push(id);
  }
  remove(id: string): void {
    this.removed.push(id);
  }
}

export const ME = { id: 'op-me', name: 'Марина Лаврентьева', email: 'm@x.example', role: 'admin' } as const;

/** The console's services for a spec, in Russian unless told; everything that goes out is fake. */
export async function setUp(
  options: { readonly lang?: Lang; readonly providers?: readonly (Provider | EnvironmentProviders)[] } = {},
): Promise<{ api: FakeApi; live: FakeLive; i18n: I18n }> {
  const api = new FakeApi();
  const live = new FakeLive();
  localStorage.clear();
  localStorage.setItem('beseda:lang', options.lang ?? 'ru');
  TestBed.configureTestingModule({
    providers: [
      provideRouter([]),
      provideI18n(),
      provideIcons(),
      { provide: Api, useValue: api },
      { provide: Live, useValue: live },
      {
        provide: Auth,
        useValue: { operator: signal(ME), signedIn: signal(true), reason: signal(null), login: async () => undefined },
      },
      {
        provide: Sites,
        useValue: {
          current: signal({ id: 's1', name: 'Лесная тропа', role: 'admin' }),
          currentId: signal('s1'),
          colleagues: signal([ME, { id: 'op-2', name: 'Тимур Гайсин', email: '', role: 'operator' }]),
          avatarOf: () => null,
          loadColleagues: async () => undefined,
          nameOf: (id: string) => (id === 'op-2' ? 'Тимур Гайсин' : undefined),
        },
      },
      ...(options.providers ?? []),
    ],
  });
  const i18n = TestBed.inject(I18n);
  await i18n.start();
  return { api, live, i18n };
}

/** Lets promises and effects run until `condition` holds; fails after two seconds. */
export async function settle(condition: () => boolean, what: string): Promise<void> {
  const until = Date.now() + 2_000;
  while (!condition()) {
    if (Date.now() > until) throw new Error(`Not in time: ${what}`);
    TestBed.tick();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
