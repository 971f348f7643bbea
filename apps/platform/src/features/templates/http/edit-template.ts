// PUT /templates/:templateidoralias: changes a template or layout; what is left out stays.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { editTemplate as edit } from '../edit-template.ts';
import { readTemplateKey } from '../template-rules.ts';
import {
  type TemplatesChanged,
  templateBody,
  templateBytesMax,
  templateSummarySchema,
  toTemplateFields,
  toTemplateSummary,
} from './template-object.ts';

export function editTemplate(changed: TemplatesChanged): Endpoint {
  return defineEndpoint({
    method: 'PUT',
    path: '/templates/:templateidoralias',
    token: 'server',
    group: 'Templates',
    summary: 'Changes a template or layout; what is left out stays.',
    body: templateBody,
    bodyBytesMax: templateBytesMax,
    response: templateSummarySchema,
    async handle(call) {
      const { serverId } = call.server;
      const key = readTemplateKey(call.pathText('templateidoralias'));
      const fields = toTemplateFields(call.body);
      const template = await call.transaction((tx, now) => edit(tx, serverId, key, fields, now));
      changed(serverId);
      return toTemplateSummary(template);
    },
  });
}
