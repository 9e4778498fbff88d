import angular from 'jest-preset-angular/presets/index.js';
import preset from '../../jest.preset.js';

const base = preset('console');

/** Unit specs run in jsdom with Angular's just-in-time compiler; browser specs drive the built console from Node. */
export default {
  // a project's own limit is not looked at when there are several
  testTimeout: 60_000,
  projects: [
    {
      ...angular.createEsmPreset({ tsconfig: '<rootDir>/tsconfig.spec.json' }),
      displayName: 'console',
      resolver: base.resolver,
      testEnvironmentOptions: { customExportConditions: ['@beseda/source', 'browser'] },
      setupFilesAfterEnv: ['<rootDir>/test/setup-angular.ts'],
      testMatch: ['<rootDir>/src/**/*.spec.ts'],
      testPathIgnorePatterns: ['\\.int\\.spec\\.ts$'],
    },
    { ...preset('console-browser'), testMatch: ['<rootDir>/src/**/*.int.spec.ts'] },
  ],
};
