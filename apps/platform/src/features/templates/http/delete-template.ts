// DELETE /templates/:templateidoralias: deletes a template, or a layout that no template uses.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { deleteTemplate as deleteIt } from '../delete-template.ts';
import { readTemplateKey } from '../template-rules.ts';
import type { TemplatesChanged } from './template-object.ts';

export function deleteTemplate(changed: TemplatesChanged): Endpoint {
  return defineEndpoint({
    method: 'DELETE',
    path: '/templates/:templateidoralias',
    token: 'server',
    group: 'Templates',
    summary: 'Deletes a template, or a layout that no template uses.',
    response: Type.Object({ ErrorCode: Type.Integer(), Message: Type.String() }),
    async handle(call) {
      const { serverId } = call.server;
      const key = readTemplateKey(call.pathText('templateidoralias'));
      const templateId = await call.transaction((tx, now) => deleteIt(tx, serverId, key, now));
      changed(serverId);
      return { ErrorCode: 0, Message: `Template ${templateId} removed.` };
    },
  });
}
