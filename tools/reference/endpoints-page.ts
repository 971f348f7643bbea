// docs/reference/endpoints.md: every endpoint of the API, by its group.

import type { Endpoint } from '../../apps/platform/src/edges/http-api/endpoint.ts';
import { code, page, table } from './markdown.ts';

const introduction = `Every endpoint with the token it asks for. \`openapi.json\` beside this page, served as \`GET /openapi.json\`
too, has the fields. Paths, query names and body keys are matched in any case, and a path may end with a slash.`;

const tokenNames = { server: '`X-Postmark-Server-Token`', account: '`X-Postmark-Account-Token`', none: 'none' };

export function endpointsPage(endpoints: readonly Endpoint[]): string {
  const groups = [...new Set(endpoints.map(({ group }) => group))].sort();
  const sections = groups.map(group => {
    const rows = endpoints
      .filter(endpoint => endpoint.group === group)
      .sort((a, b) => (`${a.path} ${a.method}` < `${b.path} ${b.method}` ? -1 : 1))
      .map(endpoint => [
        code(`${endpoint.method} ${endpoint.path}`),
        endpoint.summary,
        tokenNames[endpoint.token] + (endpoint.acceptsTestToken === true ? ', or `POSTMARK_API_TEST`' : ''),
        endpoint.body === undefined ? '' : sizeOf(endpoint.bodyBytesMax ?? 1024 * 1024),
      ]);
    return `## ${group}\n\n${table(['Endpoint', 'What it does', 'Token', 'Largest body'], rows)}`;
  });
  return page('Endpoints', introduction, [...sections, operatorSection]);
}

function sizeOf(bytes: number): string {
  const megabytes = bytes / (1024 * 1024);
  return megabytes >= 1 ? `${Math.round(megabytes * 10) / 10} MB` : `${Math.round(bytes / 1024)} KB`;
}

const operatorSection = `## For operators

${table(
  ['Endpoint', 'What it does', 'Token'],
  [
    ['`GET /health/live`', 'Answers 200 while the process runs.', 'none'],
    ['`GET /health/ready`', 'Answers 200 when requests can be served, else 503 with the reasons.', 'none'],
    ['`GET /metrics`', 'Figures as Prometheus text.', 'none'],
    ['`GET /openapi.json`', 'The API as OpenAPI 3.1.', 'none'],
  ],
)}`;
