import { ID_PATTERN, type Role } from '@beseda/api';
import { type ContactActor, type OperatorActor, hasRole } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { type ExecutionContext, Param, type PipeTransform, createParamDecorator } from '@nestjs/common';
import type { Request } from 'express';
import type { SignedIn } from '../../application/callers.js';

/** Who calls, as the guard found out. */
export interface Identified {
  signedIn?: SignedIn;
  operator?: OperatorActor;
  contact?: ContactActor;
}

const identified = new WeakMap<Request, Identified>();

/** Remembers who makes a request. Set by the guard only. */
export const identify = (request: Request, who: Identified): void => void identified.set(request, who);

/** Who makes a request. */
export const callerOf = (request: Request): Identified => identified.get(request) ?? {};

/** The token of `Authorization: Bearer`. */
export function bearerToken(request: Request): string | undefined {
  const match = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '');
  return match?.[1];
}

const parameter = <K extends keyof Identified>(what: K): (() => ParameterDecorator) =>
  createParamDecorator((_: unknown, context: ExecutionContext): NonNullable<Identified[K]> => {
    const found = callerOf(context.switchToHttp().getRequest<Request>())[what];
    if (!found) throw new TypeError(`the route's row in the table does not admit this caller: ${what}`);
    return found;
  });

/** The operator who calls, on the site of the path. */
export const Operator = parameter('operator');
/** The login of the operator who calls. */
export const Login = parameter('signedIn');
/** The contact who calls. */
export const Contact = parameter('contact');

/** An id of the path; what cannot be one names nothing. */
const asId: PipeTransform<string, string> = {
  transform: (value) => {
    if (ID_PATTERN.test(value)) return value;
    throw appError('NOT_FOUND', 'There is nothing with this id.');
  },
};

export const IdParam = (name: string): ParameterDecorator => Param(name, asId);

/** For the part of a route that takes a stronger role than the route's row. @throws AppError PERMISSION_DENIED */
export function assertRole({ role }: OperatorActor, atLeast: Role): void {
  if (hasRole(role, atLeast)) return;
  throw appError('PERMISSION_DENIED', `The role "${role}" may not do this; it takes "${atLeast}".`);
}
