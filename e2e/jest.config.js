import preset from '../jest.preset.js';

const local = (file) => new URL(file, import.meta.url).pathname;
/** Nothing here uses a database of the run of Jest. */
const base = { ...preset('e2e'), globalSetup: undefined, globalTeardown: undefined };

export default {
  // a project's own limit is not looked at when there are several
  testTimeout: base.testTimeout,
  // scenarios mostly wait for one another's processes: two at once even on two cores
  maxWorkers: 2,
  projects: [
    {
      ...base,
      // one product and one browser; each file makes a site of its own
      displayName: 'e2e-sites',
      testMatch: ['<rootDir>/src/sites/**/*.spec.ts'],
      globalSetup: local('./global-setup.js'),
      globalTeardown: local('./global-teardown.js'),
    },
    // each file starts, kills and inspects its own
    { ...base, testPathIgnorePatterns: ['/src/sites/', '/src/services/'] },
    // a dozen processes each, and promises that are held within seconds: one file at a time (`test.mjs`)
    { ...base, displayName: 'e2e-services', testMatch: ['<rootDir>/src/services/**/*.spec.ts'] },
  ],
};
