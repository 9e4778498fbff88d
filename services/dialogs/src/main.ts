import { runService } from '@beseda/service-defaults';
import { dialogsService } from './service.js';

void runService(dialogsService);
