import { describe, expect, it } from '@jest/globals';
import { DescribedAnswers } from './described-answers.js';

const answers = new DescribedAnswers({
  paths: {
    '/api/dialogs/{dialogId}': { get: { responses: { 200: { content: { 'application/json': {} } } } } },
    '/api/dialogs/counts': {
      get: { responses: { 204: {}, 400: { $ref: '#/components/responses/Problem400' } } },
    },
    '/api/files/{fileId}': { get: { responses: { 200: { content: { '*/*': {} } }, 302: {} } } },
  },
  components: { responses: { Problem400: { content: { 'application/problem+json': {} } } } },
});
const JSON_TYPE = 'application/json; charset=utf-8';

describe('answers and their description', () => {
  it.each([
    ['GET', '/api/dialogs/d1', 200, JSON_TYPE],
    ['HEAD', '/api/dialogs/d1', 200, null],
    ['GET', '/api/dialogs/counts?x=1', 204, null],
    ['GET', '/api/dialogs/counts', 400, 'application/problem+json'],
    ['GET', '/api/files/f', 200, 'image/png'],
    ['GET', '/api/files/f', 302, 'text/html'],
    ['GET', '/api/nothing', 404, 'application/problem+json'],
    ['GET', '/demo', 418, 'text/html'],
  ])('agree: %s %s %i %s', (method, path, status, type) => {
    expect(() => answers.check({ method, path, status, type })).not.toThrow();
  });

  it.each([
    ['GET', '/api/dialogs/d1', 404, JSON_TYPE, 'answered 404, which is not described'],
    ['GET', '/api/dialogs/counts', 200, JSON_TYPE, 'GET /api/dialogs/counts answered 200'],
    ['GET', '/api/dialogs/d1', 200, 'text/html', 'as text/html'],
    ['GET', '/api/dialogs/counts', 400, 'application/json', 'described is application/problem+json'],
    ['GET', '/api/dialogs/counts', 204, 'text/plain', 'no body'],
    ['POST', '/api/dialogs/d1', 200, JSON_TYPE, 'is not described'],
    ['GET', '/api/nothing', 200, JSON_TYPE, 'is not described'],
  ])('do not agree: %s %s %i %s', (method, path, status, type, words) => {
    expect(() => answers.check({ method, path, status, type })).toThrow(words);
  });
});
