import preset from '../../jest.preset.js';

const base = preset('widget');
const swc = (parser, transform) => [
  '@swc/jest',
  { swcrc: false, jsc: { target: 'es2023', parser, transform }, module: { type: 'es6' }, sourceMaps: 'inline' },
];

export default {
  ...base,
  // the browser's code: no Nest to load first
  setupFiles: [],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleFileExtensions: ['ts', 'tsx', 'js', 'mjs', 'json', 'node'],
  resolver: new URL('./jest.resolver.cjs', import.meta.url).pathname,
  transform: {
    '^.+\\.ts$': swc({ syntax: 'typescript' }, {}),
    '^.+\\.tsx$': swc({ syntax: 'typescript', tsx: true }, { react: { runtime: 'automatic', importSource: 'preact' } }),
  },
  testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/src/**/*.spec.tsx'],
  // browser tests mostly wait: two files at once even on two cores
  maxWorkers: 2,
  // builds dist and fails when it is too heavy
  globalSetup: './build.mjs',
};
