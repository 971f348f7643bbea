// GET /templates: the templates and layouts of a server.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { pagingQuery, readPaging } from '../../../edges/http-api/paging.ts';
import { Refusal } from '../../../refusals.ts';
import { readTemplatePage } from '../read-templates.ts';
import { readTypeFilter } from '../template-rules.ts';
import { templateRowSchema, toTemplateRow } from './template-object.ts';

export function getTemplates(): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/templates',
    token: 'server',
    group: 'Templates',
    summary: 'Lists the templates and layouts of the server, newest first.',
    query: Type.Object({
      ...pagingQuery,
      TemplateType: Type.Optional(Type.String({ description: 'All (the default), Standard or Layout.' })),
      LayoutTemplate: Type.Optional(Type.String({ description: 'The templates that use the layout of this alias.' })),
    }),
    response: Type.Object({ TotalCount: Type.Integer(), Templates: Type.Array(templateRowSchema) }),
    async handle({ query, reads, server }) {
      const paging = readPaging(query);
      if (paging.kind === 'refused') throw new Refusal('template_list_invalid', paging.text);
      const filter = { templateType: readTypeFilter(query.TemplateType), layoutAlias: query.LayoutTemplate };
      const { totalCount, templates } = await readTemplatePage(reads, server.serverId, filter, paging);
      return { TotalCount: totalCount, Templates: templates.map(toTemplateRow) };
    },
  });
}
