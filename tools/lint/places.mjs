// Where code stands, in patterns of paths from the root of the repository.
import { matchesGlob } from 'node:path';

/** What is never part of the running product: specs and what they share. */
export const TESTS = [
  '**/*.spec.{ts,tsx}',
  '**/*.{fixture,contract}.ts',
  '**/{test,testing,conformance,contract}/**',
  'libs/testing/**',
  'e2e/**',
  'bench/**',
];

/** Whether a path is in one of these places. */
export const matches = (path, patterns) => patterns.some((pattern) => matchesGlob(path, pattern));
