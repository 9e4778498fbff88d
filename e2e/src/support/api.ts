import { randomUUID } from 'node:crypto';
import { type ApiDescriptionLike, DescribedAnswers } from '@beseda/testing';
import { ADMIN } from './product.js';

export interface EventJson {
  eventId?: string;
  dialogId: string;
  seq: number;
  type: string;
  payload?: {
    messageId?: string;
    author?: string;
    text?: string;
    operatorId?: string;
    file?: { url: string; name: string; size: number };
  };
}

export interface DialogJson {
  id: string;
  status: string;
  assigneeId: string | null;
  unread: number;
  seq: number;
  contact: { id: string; name: string | null };
  lastMessage: { text?: string } | null;
}

/** An HTTP answer that was not 2xx. */
export class HttpProblem extends Error {
  constructor(
    readonly status: number,
    readonly problem: { code?: string; detail?: string; errors?: { path: string }[] },
  ) {
    super(`${status} ${problem.code ?? ''} ${problem.detail ?? ''}`);
  }
}

type Body = object | FormData | undefined;

const descriptions = new Map<string, Promise<DescribedAnswers>>();

/** The description of the API of the product at an address, fetched once. */
function describedAt(origin: string): Promise<DescribedAnswers> {
  const known = descriptions.get(origin);
  if (known) return known;
  const asked = fetch(`${origin}/api/openapi.json`, { signal: AbortSignal.timeout(20_000) }).then(async (answer) => {
    if (!answer.ok) throw new Error(`the description of the API: ${answer.status}`);
    return new DescribedAnswers((await answer.json()) as ApiDescriptionLike);
  });
  descriptions.set(origin, asked);
  // Products are stopped and killed: the next call asks again.
  asked.catch(() => descriptions.delete(origin));
  return asked;
}

/** Fails on an answer that the description of the API does not have. */
async function assertDescribed(method: string, response: Response): Promise<void> {
  const { origin, pathname: path } = new URL(response.url);
  let described: DescribedAnswers;
  try {
    described = await describedAt(origin);
  } catch {
    // The product went away after its answer, as tests make it: a later call compares.
    return;
  }
  described.check({ method, path, status: response.status, type: response.headers.get('content-type') });
}

/** One call; throws {@link HttpProblem} on anything but 2xx, and on an answer the API's description does not have. */
export async function call<T>(url: string, method: string, token?: string, body?: Body): Promise<T> {
  const isForm = body instanceof FormData;
  const response = await fetch(url, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body && !isForm ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: isForm ? body : JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  await assertDescribed(method, response);
  const json = (text ? JSON.parse(text) : undefined) as T;
  if (!response.ok) throw new HttpProblem(response.status, json as HttpProblem['problem']);
  return json;
}

/** A new id for a send. */
export const newId = (): string => randomUUID();

/** A visitor, through the API the widget uses. */
export class Visitor {
  private constructor(
    readonly url: string,
    readonly token: string,
    readonly contactId: string,
  ) {}

  static async open(url: string, siteId: string, token?: string): Promise<Visitor> {
    const session = await call<{ token: string; contactId: string }>(`${url}/api/widget/sessions`, 'POST', undefined, {
      siteId,
      ...(token ? { token } : {}),
    });
    return new Visitor(url, session.token, session.contactId);
  }

  send(
    text: string,
    clientMessageId = newId(),
    dialogId?: string,
  ): Promise<{ dialogId: string; messageId: string; seq: number }> {
    return call(`${this.url}/api/widget/messages`, 'POST', this.token, {
      clientMessageId,
      text,
      ...(dialogId ? { dialogId } : {}),
    });
  }

  async dialogs(): Promise<DialogJson[]> {
    return (await call<{ items: DialogJson[] }>(`${this.url}/api/widget/dialogs`, 'GET', this.token)).items;
  }

  events(dialogId: string): Promise<EventJson[]> {
    return allEvents((after) =>
      call(`${this.url}/api/widget/dialogs/${dialogId}/events?afterSeq=${after}&limit=200`, 'GET', this.token),
    );
  }

  post<T>(path: string, body: Body): Promise<T> {
    return call(`${this.url}/api/widget/${path}`, 'POST', this.token, body);
  }
}

/** An operator, through the API the console uses. */
export class Operator {
  private constructor(
    readonly url: string,
    readonly siteId: string,
    readonly token: string,
    readonly id: string,
  ) {}

  static async login(
    url: string,
    siteId: string,
    credentials: { email: string; password: string } = ADMIN,
  ): Promise<Operator> {
    const answer = await call<{ accessToken: string; operator: { id: string } }>(
      `${url}/api/auth/login`,
      'POST',
      undefined,
      credentials,
    );
    return new Operator(url, siteId, answer.accessToken, answer.operator.id);
  }

  get<T>(path: string): Promise<T> {
    return call(`${this.url}/api/sites/${this.siteId}/${path}`, 'GET', this.token);
  }

  send<T>(method: string, path: string, body?: Body): Promise<T> {
    return call(`${this.url}/api/sites/${this.siteId}/${path}`, method, this.token, body);
  }

  answer(dialogId: string, text: string, clientMessageId = newId()): Promise<{ messageId: string; seq: number }> {
    return this.send('POST', `dialogs/${dialogId}/messages`, { clientMessageId, text });
  }

  async dialogs(query = ''): Promise<DialogJson[]> {
    return (await this.get<{ items: DialogJson[] }>(`dialogs?limit=100${query}`)).items;
  }

  events(dialogId: string): Promise<EventJson[]> {
    return allEvents((after) => this.get(`dialogs/${dialogId}/events?afterSeq=${after}&limit=200`));
  }

  /** A colleague on the same site, signed in. */
  async colleague(email: string, role = 'operator'): Promise<Operator> {
    const password = 'a long enough password';
    await this.send('POST', 'operators', { email, name: email.split('@')[0], role, password });
    return Operator.login(this.url, this.siteId, { email, password });
  }
}

async function allEvents(page: (afterSeq: number) => Promise<{ events: EventJson[] }>): Promise<EventJson[]> {
  const all: EventJson[] = [];
  for (;;) {
    const { events } = await page(all.at(-1)?.seq ?? 0);
    if (events.length === 0) return all;
    all.push(...events);
  }
}

/** Texts of the messages among events, in order. */
export const textsOf = (events: readonly EventJson[]): string[] =>
  events.filter((event) => event.type === 'message.posted').map((event) => event.payload?.text ?? '');

/** Whether seq runs 1, 2, 3 … without a hole. */
export const isGapFree = (events: readonly EventJson[]): boolean =>
  events.every((event, index) => event.seq === index + 1);
