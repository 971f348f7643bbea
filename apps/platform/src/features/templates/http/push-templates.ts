// PUT /templates/push: copies the templates of one server to another of the account, or says what it would do.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { booleanOrText, wholeNumberOrText } from '../../../edges/http-api/wire-types.ts';
import { pushTemplates as push } from '../push-templates.ts';
import type { TemplatesChanged } from './template-object.ts';

export function pushTemplates(changed: TemplatesChanged): Endpoint {
  return defineEndpoint({
    method: 'PUT',
    path: '/templates/push',
    token: 'account',
    group: 'Templates',
    summary: 'Copies templates with an alias from one server of the account to another.',
    body: Type.Object({
      SourceServerID: Type.Optional(wholeNumberOrText()),
      DestinationServerID: Type.Optional(wholeNumberOrText()),
      PerformChanges: Type.Optional(
        booleanOrText({ description: 'Without it, or false: nothing is changed, and the answer says what would be.' }),
      ),
    }),
    response: Type.Object({
      TotalCount: Type.Integer(),
      Templates: Type.Array(
        Type.Object({
          Action: Type.String({ description: 'Create or Edit.' }),
          TemplateId: Type.Optional(
            Type.Integer({ description: 'On the destination; absent where it is still to be created.' }),
          ),
          Alias: Type.String(),
          Name: Type.String(),
          TemplateType: Type.String(),
        }),
      ),
    }),
    async handle(call) {
      const { body, account } = call;
      const wanted = {
        accountId: account.accountId,
        sourceServerId: body.SourceServerID ?? 0,
        destinationServerId: body.DestinationServerID ?? 0,
        performsChanges: body.PerformChanges ?? false,
      };
      const pushed = await call.transaction((tx, now) => push(tx, wanted, now));
      if (wanted.performsChanges) changed(wanted.destinationServerId);
      return {
        TotalCount: pushed.length,
        Templates: pushed.map(({ action, templateId, alias, name, templateType }) => ({
          Action: action,
          ...(templateId === undefined ? {} : { TemplateId: templateId }),
          Alias: alias,
          Name: name,
          TemplateType: templateType,
        })),
      };
    },
  });
}
