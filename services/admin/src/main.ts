import { runService } from '@beseda/service-defaults';
import { adminService } from './service.js';

await runService(adminService);
