// What `npm run start:services` runs: builds what changed, then becomes the starter of the services in this same process.
import { buildBeseda } from '../build.mjs';

buildBeseda('npm run start:services');
await import('./dist/main.js');
