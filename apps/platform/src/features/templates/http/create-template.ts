// POST /templates: adds a template or a layout.

import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { createTemplate as create } from '../create-template.ts';
import { readNewTemplate } from '../template-rules.ts';
import {
  type TemplatesChanged,
  templateBody,
  templateBytesMax,
  templateSummarySchema,
  toTemplateFields,
  toTemplateSummary,
} from './template-object.ts';

export function createTemplate(changed: TemplatesChanged): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/templates',
    token: 'server',
    group: 'Templates',
    summary: 'Adds a template or a layout.',
    body: templateBody,
    bodyBytesMax: templateBytesMax,
    response: templateSummarySchema,
    async handle(call) {
      const { serverId } = call.server;
      const wanted = readNewTemplate(toTemplateFields(call.body));
      const template = await call.transaction((tx, now) => create(tx, serverId, wanted, now));
      changed(serverId);
      return toTemplateSummary(template);
    },
  });
}
