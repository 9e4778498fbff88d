import { isDeepStrictEqual } from 'node:util';
import type { OperatorActor } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { correlationId } from '@beseda/grpc';
import { Injectable } from '@nestjs/common';
import type { Locale, Theme } from '../domain/operator.js';
import { staleVersion } from '../domain/versions.js';
import { OperatorsRepository, operatorOf } from '../infrastructure/mongo/operators.repository.js';
import type { OperatorDocument } from '../infrastructure/mongo/people.documents.js';
import { Audit } from './audit.js';

/** What an operator changes of himself; absent: it stays. */
export interface AccountChange {
  name?: string | undefined;
  internalName?: string | undefined;
  avatarFileId?: string | undefined;
  locale?: Locale | undefined;
  theme?: Theme | undefined;
}

/** What an operator sees and sets of himself. */
@Injectable()
export class Account {
  constructor(
    private readonly operators: OperatorsRepository,
    private readonly audit: Audit,
  ) {}

  /** @throws AppError PERMISSION_DENIED when the caller was disabled meanwhile */
  async get(actor: OperatorActor): Promise<OperatorDocument> {
    const stored = await this.operators.stored(actor.id);
    if (!stored || stored.disabled) throw appError('PERMISSION_DENIED', 'This account is not in use any more.');
    return stored;
  }

  /** @param version the change was made to; 0: whatever it is now */
  async update(actor: OperatorActor, version: number, change: AccountChange): Promise<OperatorDocument> {
    const before = await this.get(actor);
    const set = given(change);
    return this.audit.change(
      { ...aboutSelf(actor, before, 'account.updated'), before: shown(before), after: shown({ ...before, ...set }) },
      async () => {
        const result = await this.operators.change(actor.id, correlationId(), (present) => {
          if (version !== 0 && version !== present.version) throw staleVersion();
          const after = { ...present, ...set };
          return isDeepStrictEqual(operatorOf(after), operatorOf(present)) ? undefined : { set };
        });
        return { result, after: shown(result) };
      },
      { collection: 'operators', id: actor.id, version: before.version },
    );
  }
}

/** Only what is there: an absent field must not overwrite. */
const given = ({ name, internalName, avatarFileId, locale, theme }: AccountChange): Partial<OperatorDocument> => ({
  ...(name === undefined ? {} : { name }),
  ...(internalName === undefined ? {} : { internalName }),
  ...(avatarFileId === undefined ? {} : { avatarFileId }),
  ...(locale === undefined ? {} : { locale }),
  ...(theme === undefined ? {} : { theme }),
});

const shown = ({ name, internalName, avatarFileId, locale, theme }: OperatorDocument): object => ({
  name,
  internalName,
  avatarFileId,
  locale,
  theme,
});

/** What somebody does with his own account concerns every site where he works. */
export const aboutSelf = (actor: OperatorActor, { sites, name }: OperatorDocument, action: string) => ({
  siteId: actor.siteId,
  siteIds: sites.map(({ siteId }) => siteId),
  actor,
  action,
  subject: 'operator',
  subjectId: actor.id,
  subjectName: name,
});

/** An account that is not in the state for this. */
export const refused = (path: string, code: string, message: string): Error =>
  appError('FAILED_PRECONDITION', message, { fields: [{ path, code, message }] });
