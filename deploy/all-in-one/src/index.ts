/**
 * All of Beseda in one process: the only importer of service modules.
 *
 * @packageDocumentation
 */
export type { ReadyLine } from '@beseda/installation';
export { type Beseda, startBeseda } from './beseda.js';
