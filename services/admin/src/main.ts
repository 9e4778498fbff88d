import { type RunningService, runService } from '@beseda/service-defaults';
import { FirstRun } from './application/first-run.js';
import { adminService } from './service.js';

const firstRun = ({ app }: RunningService): FirstRun => app.get(FirstRun, { strict: false });

await runService(adminService, {
  facts: (service) => {
    const { siteId, login, password } = firstRun(service);
    return { siteId, login, ...(password === undefined ? {} : { password }) };
  },
  announced: (service) => firstRun(service).shown(),
});
