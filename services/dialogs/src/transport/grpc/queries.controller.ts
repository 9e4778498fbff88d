import { LIMITS } from '@beseda/api';
import { type Actor, scopeOf } from '@beseda/auth';
import { dialogsV1 } from '@beseda/contracts';
import { appError, invalidField } from '@beseda/errors';
import { CurrentActor } from '@beseda/grpc';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { type Observable, from } from 'rxjs';
import { Callers } from '../../application/callers.js';
import { statusWord } from '../../application/contract-names.js';
import { ListDialogsHandler } from '../../application/list-dialogs.handler.js';
import { ListEventsHandler } from '../../application/list-events.handler.js';
import { ReadEventsHandler } from '../../application/read-events.handler.js';
import type { CountedBy } from '../../application/ports.js';
import { CurrentCall, paced } from './paced.js';
import { atMost, check, dialogFilter } from './requests.js';

const SERVICE = 'DialogsService';
const ROWS = 30;
const EVENTS = 100;

const COUNTED_BY: Partial<Record<dialogsV1.CountBy, CountedBy>> = {
  [dialogsV1.CountBy.COUNT_BY_ASSIGNEE]: 'assignee',
  [dialogsV1.CountBy.COUNT_BY_TAG]: 'tag',
};

/** What reads dialogs and events. */
@Controller()
export class QueriesController {
  constructor(
    @Inject(Callers) private readonly callers: Callers,
    @Inject(ListDialogsHandler) private readonly dialogs: ListDialogsHandler,
    @Inject(ListEventsHandler) private readonly events: ListEventsHandler,
    @Inject(ReadEventsHandler) private readonly log: ReadEventsHandler,
  ) {}

  @GrpcMethod(SERVICE)
  async getDialog(
    @Payload() request: dialogsV1.GetDialogRequest,
    @CurrentActor() actor: Actor,
  ): Promise<dialogsV1.GetDialogResponse> {
    const { dialogId } = check('dialog', request);
    return { dialog: await this.dialogs.one(await this.callers.of(actor), dialogId) };
  }

  @GrpcMethod(SERVICE)
  async listDialogs(
    @Payload() request: dialogsV1.ListDialogsRequest,
    @CurrentActor() actor: Actor,
  ): Promise<dialogsV1.ListDialogsResponse> {
    const { filter, cursor, limit } = check('list', request);
    return this.dialogs.page(await this.callers.of(actor), dialogFilter(filter), cursor, limit || ROWS);
  }

  @GrpcMethod(SERVICE)
  async countDialogs(
    @Payload() request: dialogsV1.CountDialogsRequest,
    @CurrentActor() actor: Actor,
  ): Promise<dialogsV1.CountDialogsResponse> {
    const caller = await this.callers.of(actor);
    if (caller.kind !== 'operator') throw appError('PERMISSION_DENIED', 'Only operators count dialogs.');
    return this.dialogs.count(caller, dialogFilter(request.filter));
  }

  @GrpcMethod(SERVICE)
  async countDialogsBy(
    @Payload() { by, status }: dialogsV1.CountDialogsByRequest,
    @CurrentActor() actor: Actor,
  ): Promise<dialogsV1.CountDialogsByResponse> {
    const counted = COUNTED_BY[by];
    if (!counted) throw invalidField('by', 'invalid_value', 'must be the assignee or the tag');
    const counts = await this.dialogs.countBy(await this.callers.of(actor), counted, statusWord(status));
    return { counts: Object.fromEntries(counts) };
  }

  @GrpcMethod(SERVICE)
  async listChanges(
    @Payload() request: dialogsV1.ListChangesRequest,
    @CurrentActor() actor: Actor,
  ): Promise<dialogsV1.ListChangesResponse> {
    const { filter, known, limit } = check('changes', request);
    const rows = atMost('known', LIMITS.knownRows, known);
    return this.dialogs.changes(await this.callers.of(actor), dialogFilter(filter), rows, limit || ROWS);
  }

  @GrpcMethod(SERVICE)
  async listEvents(
    @Payload() request: dialogsV1.ListEventsRequest,
    @CurrentActor() actor: Actor,
  ): Promise<dialogsV1.ListEventsResponse> {
    const { dialogId, afterSeq, beforeSeq, limit } = check('events', request);
    const part = beforeSeq > 0 ? { beforeSeq, limit: limit || EVENTS } : { afterSeq, limit: limit || EVENTS };
    return this.events.list(await this.callers.of(actor), dialogId, part);
  }

  @GrpcMethod(SERVICE)
  async resume(
    @Payload() request: dialogsV1.ResumeRequest,
    @CurrentActor() actor: Actor,
  ): Promise<dialogsV1.ResumeResponse> {
    const { dialogs } = check('resume', request);
    const known = atMost('dialogs', LIMITS.openDialogs, dialogs);
    return this.events.resume(await this.callers.of(actor), known);
  }

  @GrpcMethod(SERVICE)
  readEvents(
    @Payload() request: dialogsV1.ReadEventsRequest,
    @CurrentActor() actor: Actor,
    @CurrentCall() call: ServerWritableStream<unknown, unknown>,
  ): Observable<dialogsV1.ReadEventsResponse> {
    const { cursor, dialogId, afterSeq } = check('log', request);
    const scope = scopeOf(actor);
    const log = dialogId === '' ? this.log.after(scope, cursor) : this.log.ofDialog(scope, dialogId, afterSeq);
    return from(paced(log, call));
  }
}
