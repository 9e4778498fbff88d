// What `npm start` runs: builds what changed, then becomes Beseda in this same process, so that a signal sent to it reaches the
// product and nothing is left behind.
import { buildBeseda } from '../build.mjs';

buildBeseda('npm start');
await import('./dist/main.js');
