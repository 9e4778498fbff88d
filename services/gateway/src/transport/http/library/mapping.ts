import { AUDIENCES, type HoursShape, type SavedReplyShape, type TagShape } from '@beseda/api';
import type { Keys } from '@beseda/auth';
import type { adminV1, settingsV1 } from '@beseda/contracts';
import { signFileUrl } from '@beseda/files';
import { iso, oneOf } from '../../mapping/words.js';

/** A file of a saved reply, with an address that is good for some minutes. */
export const savedFileShape = (
  { id, name, type, size }: adminV1.AttachedFile,
  siteId: string,
  keys: Keys,
): SavedReplyShape['files'][number] => ({ id, name, type, size, url: signFileUrl(keys, { siteId, fileId: id }) });

export function savedReplyShape(reply: adminV1.SavedReply, siteId: string, keys: Keys): SavedReplyShape {
  const { id, version, title, text, folder, audience, files, updatedAt } = reply;
  return {
    ...{ id, version, title, text, folder },
    audience: {
      kind: oneOf(AUDIENCES, audience?.kind, 'personal'),
      ...(audience?.teamId ? { teamId: audience.teamId } : {}),
      ...(audience?.operatorId ? { operatorId: audience.operatorId } : {}),
    },
    files: files.map((file) => savedFileShape(file, siteId, keys)),
    updatedAt: iso(updatedAt),
  };
}

/** Content of a saved reply as the service takes it. */
export const replyContent = (
  given: {
    title: string;
    text: string;
    folder: string;
    audience: { kind: string; teamId?: string; operatorId?: string };
  },
  files: adminV1.AttachedFile[],
): adminV1.NewSavedReply => ({
  title: given.title,
  text: given.text,
  folder: given.folder,
  audience: {
    kind: given.audience.kind,
    teamId: given.audience.teamId ?? '',
    operatorId: given.audience.operatorId ?? '',
  },
  files,
});

/** A field of the service's messages as the bodies have it. */
export const replyPath = (path: string): string =>
  path.replace(/^content\./, '').replace(/(^|\.)files(?=\.|$)/, '$1fileIds');

export const tagShape = ({ id, version, name, color }: adminV1.Tag, usage?: number): TagShape => ({
  ...{ id, version, name, color },
  ...(usage === undefined ? {} : { usage }),
});

/** Minutes of a day as a clock shows them; 1440 is 24:00. */
const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

const minutes = (time: string): number => {
  const [hour, minute] = time.split(':').map(Number);
  return (hour ?? 0) * 60 + (minute ?? 0);
};

type Interval = HoursShape['days'][number]['intervals'][number];
const shown = (given: settingsV1.DayInterval[]): Interval[] =>
  given.map(({ from, to }) => ({ from: clock(from), to: clock(to) }));
const kept = (given: Interval[]): settingsV1.DayInterval[] =>
  given.map(({ from, to }) => ({ from: minutes(from), to: minutes(to) }));

export function hoursShape(hours: settingsV1.HoursSettings, version: number): HoursShape {
  const { enabled, timezone, days, holidays } = hours;
  return {
    ...{ version, enabled, timezone },
    days: days.map(({ weekday, intervals }) => ({ weekday, intervals: shown(intervals) })),
    holidays: holidays.map(({ date, name, intervals }) => ({ date, name, intervals: shown(intervals) })),
  };
}

export const hoursSettings = ({ enabled, timezone, days, holidays }: HoursShape): settingsV1.HoursSettings => ({
  ...{ enabled, timezone },
  days: days.map(({ weekday, intervals }) => ({ weekday, intervals: kept(intervals) })),
  holidays: holidays.map(({ date, name, intervals }) => ({ date, name, intervals: kept(intervals) })),
});
