/**
 * One installation on one machine, whoever starts its services: configuration of the start, data folder, ports, ready line.
 *
 * @packageDocumentation
 */
export { type InstallationConfig, loadInstallationConfig } from './config.js';
export { DataFolder, type RunInfo } from './data-folder.js';
export { claimPort, claimPorts } from './port.js';
export { type Notes, type ReadyLine, announcement, startFailure } from './ready-line.js';
export { SERVICES, SERVICE_NAMES, type ServiceName, isEdge, startGroups, stopsWithin } from './services.js';
