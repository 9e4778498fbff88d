import { bootstrapApplication } from '@angular/platform-browser';
import { App } from './app/app.js';
import { CONFIG } from './app/app.config.js';

await bootstrapApplication(App, CONFIG);
