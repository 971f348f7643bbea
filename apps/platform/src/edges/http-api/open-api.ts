// Describes the endpoints as OpenAPI 3.1, from the same schemas that read the requests.
// https://spec.openapis.org/oas/v3.1.1.html

import type { TSchema } from 'typebox';
import type { Endpoint, TokenKind } from './endpoint.ts';

type Json = Record<string, unknown>;

const securityOf: Record<TokenKind, Json[]> = {
  server: [{ serverToken: [] }],
  account: [{ accountToken: [] }],
  none: [],
};

/** Pure and in a stable order, so that the written file changes only when the endpoints do. */
export function describeOpenApi(endpoints: readonly Endpoint[], version: string): Json {
  const paths: Record<string, Json> = {};
  for (const endpoint of [...endpoints].sort(byPathAndMethod)) {
    const path = endpoint.path.replace(/:([a-z0-9_]+)/gi, '{$1}');
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: describeOperation(endpoint) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Pennyblack', version, description: 'An email platform that speaks the wire format of Postmark.' },
    security: [],
    tags: [...new Set(endpoints.map(endpoint => endpoint.group))].sort().map(name => ({ name })),
    paths,
    components: {
      securitySchemes: {
        serverToken: { type: 'apiKey', in: 'header', name: 'X-Postmark-Server-Token' },
        accountToken: { type: 'apiKey', in: 'header', name: 'X-Postmark-Account-Token' },
      },
      schemas: {
        Error: {
          type: 'object',
          required: ['ErrorCode', 'Message'],
          properties: { ErrorCode: { type: 'integer' }, Message: { type: 'string' } },
        },
      },
    },
  };
}

function byPathAndMethod(a: Endpoint, b: Endpoint): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.method < b.method ? -1 : 1;
}

function describeOperation(endpoint: Endpoint): Json {
  return {
    summary: endpoint.summary,
    tags: [endpoint.group],
    security: securityOf[endpoint.token],
    ...describeParameters(endpoint),
    ...(endpoint.body === undefined
      ? {}
      : { requestBody: { content: { 'application/json': { schema: plainSchema(endpoint.body) } } } }),
    responses: {
      '200': { description: 'Success', content: { 'application/json': { schema: plainSchema(endpoint.response) } } },
      default: {
        description: 'The request was not carried out.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

function describeParameters(endpoint: Endpoint): Json {
  const pathNames = [...endpoint.path.matchAll(/:([a-z0-9_]+)/gi)].map(match => match[1]);
  const inPath = pathNames.map(name => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  const query = (endpoint.query ?? {}) as { properties?: Record<string, TSchema>; required?: string[] };
  const inQuery = Object.entries(query.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: query.required?.includes(name) ?? false,
    schema: plainSchema(schema),
  }));
  const parameters = [...inPath, ...inQuery];
  return parameters.length > 0 ? { parameters } : {};
}

/** TypeBox schemas are JSON Schema with hidden marks; writing and reading them leaves the marks behind. */
function plainSchema(schema: TSchema): unknown {
  return JSON.parse(JSON.stringify(schema)) as unknown;
}
