import { runService } from '@beseda/service-defaults';
import { routingService } from './service.js';

await runService(routingService);
