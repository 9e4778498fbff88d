/**
 * One Jest configuration for everything that runs in Node: TypeScript sources through SWC, ES modules, workspace packages
 * resolved to their sources by the `@beseda/source` condition.
 */
export default (name, overrides = {}) => ({
  displayName: name,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironmentOptions: { customExportConditions: ['@beseda/source', 'node', 'node-addons'] },
  resolver: new URL('./jest.resolver.cjs', import.meta.url).pathname,
  setupFiles: [new URL('./jest.setup.js', import.meta.url).pathname],
  globalSetup: new URL('./jest.global-setup.js', import.meta.url).pathname,
  globalTeardown: new URL('./jest.global-teardown.js', import.meta.url).pathname,
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  testTimeout: 30_000,
  // from this many seconds on Jest prints how long a file took: `npm test` lists the slowest
  slowTestThreshold: 1,
  ...overrides,
});
