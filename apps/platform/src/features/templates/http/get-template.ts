// GET /templates/:templateidoralias: one template; by its id also a deleted one.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { Refusal } from '../../../refusals.ts';
import { readTemplate } from '../read-templates.ts';
import { readTemplateKey } from '../template-rules.ts';
import { templateSchema, toWireTemplate } from './template-object.ts';

export function getTemplate(): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/templates/:templateidoralias',
    token: 'server',
    group: 'Templates',
    summary: 'Reads a template or layout; by its id also a deleted one.',
    response: templateSchema,
    async handle(call) {
      const name = call.pathText('templateidoralias');
      // As Postmark answers here, where it takes the word for its other endpoint.
      if (name.toLowerCase() === 'validate') throw new Refusal('template_data_missing');
      return toWireTemplate(await readTemplate(call.reads, call.server.serverId, readTemplateKey(name)));
    },
  });
}
