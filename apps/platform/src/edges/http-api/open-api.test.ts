import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { describeOpenApi } from './open-api.ts';

const activate = defineEndpoint({
  method: 'PUT',
  path: '/bounces/:bounceid/activate',
  token: 'server',
  summary: 'Lets a bounced address receive mail again.',
  group: 'Bounces',
  query: Type.Object({ count: Type.String(), tag: Type.Optional(Type.String()) }),
  body: Type.Object({ Name: Type.Optional(Type.String({ maxLength: 5 })) }),
  response: Type.Object({ Message: Type.String() }),
  handle: async () => ({}),
});

test('an endpoint is described with its token, its parameters, its body and its answer', () => {
  const described = describeOpenApi([activate], '1.2.3');
  const paths = described.paths as Record<string, Record<string, Record<string, unknown>>>;
  const operation = paths['/bounces/{bounceid}/activate']?.put;
  assert.deepEqual(operation?.security, [{ serverToken: [] }]);
  assert.deepEqual(operation?.parameters, [
    { name: 'bounceid', in: 'path', required: true, schema: { type: 'string' } },
    { name: 'count', in: 'query', required: true, schema: { type: 'string' } },
    { name: 'tag', in: 'query', required: false, schema: { type: 'string' } },
  ]);
  assert.deepEqual(operation?.requestBody, {
    content: {
      'application/json': { schema: { type: 'object', properties: { Name: { type: 'string', maxLength: 5 } } } },
    },
  });
});

test('the description does not depend on the order of the list', () => {
  const list = { ...activate, method: 'GET', path: '/bounces' } as Endpoint;
  assert.deepEqual(
    JSON.stringify(describeOpenApi([activate, list], '1')),
    JSON.stringify(describeOpenApi([list, activate], '1')),
  );
});
