import { render } from 'preact';
import type { InitMessage, ToPage, ToPanel } from '../shared/protocol.js';
import { chooseLanguage, loadTexts } from './i18n/index.js';
import './shared.js';
import { startPanel } from './start.js';
import { App } from './view/app.js';

/** The page hands over a port and what it knows, once; a page that embeds us without the loader gets nothing to see. */
window.addEventListener('message', function take(event: MessageEvent<Partial<InitMessage> | null>) {
  const [port] = event.ports;
  if (event.source !== window.parent || event.data?.beseda !== 1 || !port) return;
  window.removeEventListener('message', take);
  void start(event.data as InitMessage, port);
});

async function start(init: InitMessage, port: MessagePort): Promise<void> {
  const siteId = new URLSearchParams(location.search).get('site') ?? '';
  const post = (message: ToPage, transfer: Transferable[] = []): void => port.postMessage(message, transfer);
  // what the page says while the session is being made waits in the port
  const { preview, lang, device } = init;
  // most likely the language the settings will ask for
  void loadTexts(preview?.language ?? chooseLanguage('auto', 'en', lang, device.language));
  const inert = preview && (await import('./inert.js')).inertApi(preview.settings);
  const model = await startPanel(siteId, init, post, inert);
  if (!model) return post({ t: 'gone' });
  render(<App model={model} />, document.body);
  port.onmessage = (event: MessageEvent<ToPanel>) => model.take(event.data);
}
