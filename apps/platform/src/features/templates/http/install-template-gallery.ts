// POST /template-gallery/install: gives the server templates of the starter gallery. Ours.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { installGallery } from '../install-gallery.ts';
import type { TemplatesChanged } from './template-object.ts';

export function installTemplateGallery(changed: TemplatesChanged): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/template-gallery/install',
    token: 'server',
    group: 'Templates',
    summary: 'Gives the server templates of the starter gallery; what has such an alias already stays as it is. Ours.',
    body: Type.Object({
      Aliases: Type.Optional(
        Type.Array(Type.String(), { description: 'Which ones, with the layouts they need; all of them when absent.' }),
      ),
    }),
    response: Type.Object({
      TotalCount: Type.Integer(),
      Templates: Type.Array(
        Type.Object({
          Action: Type.String({ description: 'Create, or None for one that was left as it was.' }),
          TemplateId: Type.Integer(),
          Alias: Type.Union([Type.String(), Type.Null()]),
          Name: Type.String(),
          TemplateType: Type.String(),
        }),
      ),
    }),
    async handle(call) {
      const { serverId } = call.server;
      const installed = await call.transaction((tx, now) => installGallery(tx, serverId, call.body.Aliases, now));
      changed(serverId);
      return {
        TotalCount: installed.length,
        Templates: installed.map(({ template, isNew }) => ({
          Action: isNew ? 'Create' : 'None',
          TemplateId: template.templateId,
          Alias: template.alias,
          Name: template.name,
          TemplateType: template.templateType,
        })),
      };
    },
  });
}
