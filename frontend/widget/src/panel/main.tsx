import { render } from 'preact';
import type { InitMessage, ToPage, ToPanel } from '../shared/protocol.js';
import { siteColor } from './color.js';
import { PanelModel } from './model.js';
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
  const post = (message: ToPage): void => port.postMessage(message);
  // what the page says while the session is being made waits in the port
  const model = await PanelModel.start(siteId, init, post);
  if (!model) return post({ t: 'gone' });
  const { color, onColor, edge } = siteColor(model.settings.color);
  const root = document.documentElement;
  root.lang = model.texts.language;
  document.title = model.texts.t('frameTitle');
  root.style.setProperty('--w', color);
  root.style.setProperty('--on-w', onColor);
  root.classList.toggle('edge-light', edge[0]);
  root.classList.toggle('edge-dark', edge[1]);
  render(<App model={model} />, document.body);
  port.onmessage = (event: MessageEvent<ToPanel>) => model.take(event.data);
}
