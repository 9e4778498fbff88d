import type { DeepReadonly, WidgetLook as ServedLook } from '@beseda/api';
import { type Colleague } from '../../core/model.js';
import { type ChatValue, type SiteSettings, type WidgetLook } from './site-settings.js';

/** People whose pictures the widget's head shows at most. */
const FACES = 3;

/** Settings of a widget as they are typed. */
type PreviewSettings = Omit<DeepReadonly<ServedLook>, keyof WidgetLook> & WidgetLook;

/** The draft in the shape a session of the widget gets its settings. `away`: nobody is there, so that the offline message shows. */
export function previewOf(
  draft: ChatValue,
  site: SiteSettings,
  colleagues: readonly Colleague[],
  away: boolean,
): PreviewSettings {
  const { greeting, poweredBy, ...look } = draft.widget;
  return {
    siteId: '',
    ...look,
    name: site.name,
    greeting,
    poweredBy: poweredBy || site.poweredByLocked !== null,
    maxFileBytes: site.maxFileBytes,
    avatarUrl: site.widget.avatarUrl,
    senderName: draft.senderName,
    online: !away,
    operators: colleagues
      .filter((person) => !person.disabled)
      .slice(0, FACES)
      .map((person) => ({ id: person.id, name: person.name, avatarUrl: person.avatarUrl ?? null })),
    offline: draft.offline.enabled ? draft.offline : null,
  };
}
