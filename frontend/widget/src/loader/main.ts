import { installApi } from './script-api.js';
import { startWidget } from './widget.js';

const script =
  (document.currentScript as HTMLScriptElement | null) ??
  document.querySelector<HTMLScriptElement>('script[data-site][src*="widget.js"]');
const siteId = script?.dataset['site'];
if (script && siteId) {
  const { src, dataset } = script;
  const { language = '', preview } = dataset;
  installApi(window, () => startWidget({ base: new URL('.', src).href, siteId, language, own: preview !== undefined }));
}
