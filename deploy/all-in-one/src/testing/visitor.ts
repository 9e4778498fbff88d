import { randomUUID } from 'node:crypto';
import { until } from '@beseda/testing';
import { io } from 'socket.io-client';
import type { Beseda } from '../beseda.js';

async function post<T>(url: string, body: object, headers: Record<string, string> = {}): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** Writes as a visitor of the demo site and waits until the message has come back by the visitor's socket; gives the visitor's token. */
export async function writeAsVisitor(
  { ready: { url, siteId } }: Beseda,
  text: string,
  headers: Record<string, string>,
): Promise<{ token: string }> {
  const { token } = await post<{ token: string }>(`${url}/api/widget/sessions`, { siteId });
  const socket = io(`${url}/widget`, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    auth: { token },
  });
  try {
    await until(() => socket.connected, { what: 'the socket to be connected' });
    const types: unknown[] = [];
    socket.on('dialog.event', (event: { type?: unknown }) => types.push(event.type));
    const authorization = `Bearer ${token}`;
    await post(`${url}/api/widget/messages`, { clientMessageId: randomUUID(), text }, { authorization, ...headers });
    await until(() => types.includes('message.posted'), { what: 'the message on the socket' });
    return { token };
  } finally {
    socket.disconnect();
  }
}
