import { type Feature, anyone } from '../route.js';
import { OpenApiController } from './openapi.controller.js';

export const openapi: Feature = {
  controllers: [OpenApiController],
  routes: { 'GET /api/openapi.json': { ...anyone, alone: true } },
};
