import { OPERATORS } from '../../application/avatars.js';

/** Where a picture is; null without one. */
export const avatarUrl = (owner: string, fileId: string | undefined): string | null =>
  fileId ? `/api/avatars/${encodeURIComponent(owner)}/${encodeURIComponent(fileId)}` : null;

export const operatorAvatar = ({ avatarFileId }: { avatarFileId: string }): string | null =>
  avatarUrl(OPERATORS, avatarFileId);
