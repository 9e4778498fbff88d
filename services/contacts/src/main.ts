import { runService } from '@beseda/service-defaults';
import { contactsService } from './service.js';

await runService(contactsService);
