import type { InitMessage } from '../shared/protocol.js';
import { createWidgetApi, type WidgetApi } from './api.js';
import { PanelModel } from './model.js';
import type { Post } from './parts.js';
import { VisitorSession } from './session.js';

/**
 * Makes the visitor's session and everything on it; null when this site has no widget.
 *
 * @param inert in place of the server: a preview asks for nothing
 */
export async function startPanel(
  siteId: string,
  init: InitMessage,
  post: Post,
  inert?: WidgetApi,
): Promise<PanelModel | null> {
  let model: PanelModel | null = null;
  const session: VisitorSession = new VisitorSession({
    siteId,
    init,
    api: () => api,
    keep: (token) => post({ t: 'store', k: 'token', v: token }),
    onContact: () => model?.otherContact(),
    onSession: ({ settings }) => model?.site.renewed(settings),
  });
  const server = inert ?? createWidgetApi((refresh) => session.token(refresh));
  const identify = async (body: object): Promise<void> => {
    await server.identify(body);
    model?.site.learned(body);
  };
  const api: WidgetApi = { ...server, identify };
  const made = await session.start();
  if (!made) return null;
  model = new PanelModel({ init, siteId, session, settings: made.settings, api, post });
  await model.begin(init.page);
  return model;
}
