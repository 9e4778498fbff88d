import { runService } from '@beseda/service-defaults';
import { gatewayService } from './service.js';

await runService(gatewayService);
