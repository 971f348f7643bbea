// GET /template-gallery: the starter gallery, to look at and to choose from. Ours. It stands beside `/templates`, where every
// word may be the alias of a template.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { readGallery } from '../gallery/index.ts';

const textOrNull = Type.Union([Type.String(), Type.Null()]);

export function getTemplateGallery(): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/template-gallery',
    token: 'server',
    group: 'Templates',
    summary: 'Lists the starter gallery: layouts and templates that a server can begin with. Ours.',
    response: Type.Object({
      TotalCount: Type.Integer(),
      Templates: Type.Array(
        Type.Object({
          Alias: Type.String(),
          Name: Type.String(),
          Description: Type.String(),
          TemplateType: Type.String({ description: 'Standard or Layout.' }),
          LayoutTemplate: textOrNull,
          Subject: textOrNull,
          HtmlBody: Type.String(),
          TextBody: Type.String(),
          TestRenderModel: Type.Record(Type.String(), Type.Unknown(), { description: 'A model to try it out with.' }),
        }),
      ),
    }),
    async handle() {
      const gallery = readGallery();
      return {
        TotalCount: gallery.length,
        Templates: gallery.map(template => ({
          Alias: template.alias,
          Name: template.name,
          Description: template.description,
          TemplateType: template.type,
          LayoutTemplate: template.layoutAlias ?? null,
          Subject: template.subject ?? null,
          HtmlBody: template.htmlBody,
          TextBody: template.textBody,
          TestRenderModel: template.testModel,
        })),
      };
    },
  });
}
