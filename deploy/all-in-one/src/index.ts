/**
 * All of Beseda in one process: the only importer of service modules.
 *
 * @packageDocumentation
 */
export { type Beseda, type ReadyLine, startBeseda } from './beseda.js';
export { type AllInOneConfig, loadConfig } from './config.js';
export { DataFolder, type RunInfo } from './data-folder.js';
