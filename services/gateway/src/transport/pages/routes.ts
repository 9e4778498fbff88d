import { type Feature, type Route, anyone } from '../http/route.js';
import { PagesController } from './pages.controller.js';

/** Not there; or not built, or no site is known yet. */
const page: Route = { ...anyone, alone: true, also: [404, 503] };

export const pages: Feature = {
  controllers: [PagesController],
  routes: {
    'GET /widget.js': page,
    'GET /widget/panel': page,
    'GET /widget/preview': page,
    'GET /widget/assets/:name': page,
    'GET /demo': page,
    'GET /': page,
    'GET /*path': page,
  },
};
