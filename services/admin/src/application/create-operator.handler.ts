import type { Role, SiteScope } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { correlationId } from '@beseda/grpc';
import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import { normalEmail, roleOn } from '../domain/operator.js';
import { Passwords } from '../infrastructure/crypto/passwords.js';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import { Turns } from './turns.js';

export interface CreateOperatorCommand {
  email: string;
  name: string;
  role: Role;
  password: string;
}

/**
 * Makes an operator of a site. A person who works on another site already keeps name and password and gets the role here too.
 * The same call again gives the same answer.
 */
@Injectable()
export class CreateOperatorHandler {
  constructor(
    private readonly operators: OperatorsRepository,
    private readonly passwords: Passwords,
    private readonly turns: Turns,
  ) {}

  /** @returns the id of the operator */
  async execute(scope: SiteScope, command: CreateOperatorCommand): Promise<string> {
    const email = normalEmail(command.email);
    if (!(await this.operators.byEmail(email))) {
      const id = v7();
      const made = await this.operators.insert({
        _id: id,
        version: 1,
        email,
        name: command.name,
        internalName: '',
        sites: [{ siteId: scope.siteId, role: command.role }],
        disabled: false,
        tokenVersion: 1,
        passwordHash: await this.turns.run(() => this.passwords.hash(command.password)),
        correlationId: correlationId(),
        createdAt: new Date(),
      });
      if (made) return id;
    }
    return this.#addRole(scope, email, command.role);
  }

  async #addRole(scope: SiteScope, email: string, role: Role): Promise<string> {
    const known = await this.operators.byEmail(email);
    const operator = known && (await this.operators.grant(scope, known.operator.id, role, correlationId()));
    if (!operator) throw appError('ABORTED', 'The operator was removed meanwhile.');
    if (roleOn(operator, scope.siteId) === role) return operator.id;
    const message = 'An operator with this e-mail works on this site already, with another role.';
    throw appError('ALREADY_EXISTS', message, { fields: [{ path: 'email', code: 'already_exists', message }] });
  }
}
