import { type Feature, SITE, admin, also, operator } from '../route.js';
import { OperatorsController } from './operators.controller.js';
import { TeamsController } from './teams.controller.js';

const ONE = `${SITE}/operators/:operatorId`;
const changed = also(admin, 409);

export const operators: Feature = {
  controllers: [OperatorsController, TeamsController],
  routes: {
    [`GET ${SITE}/operators`]: operator,
    [`GET ${SITE}/presence`]: operator,
    // With a password superadmins only: the controller and the service look at the body.
    [`POST ${SITE}/operators`]: changed,
    [`GET ${SITE}/operators/manage`]: admin,
    [`PATCH ${ONE}`]: changed,
    [`DELETE ${ONE}`]: changed,
    [`POST ${ONE}/invite`]: changed,
    [`PUT ${ONE}/avatar`]: changed,
    [`DELETE ${ONE}/avatar`]: changed,
    [`GET ${SITE}/teams`]: operator,
    [`POST ${SITE}/teams`]: changed,
    [`PATCH ${SITE}/teams/:teamId`]: changed,
    [`DELETE ${SITE}/teams/:teamId`]: changed,
  },
};
