// /triggers/inboundrules: lists, adds and removes rules about senders. Source: Postmark's Inbound rules API; the text of a
// removal is that of a recorded answer.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { pagingQuery, readPaging } from '../../../edges/http-api/paging.ts';
import { Refusal } from '../../../refusals.ts';
import { addRule, type InboundRule, readRules, removeRule } from '../blocked-senders.ts';

const group = 'Inbound rules';
const ruleSchema = Type.Object({ ID: Type.Integer(), Rule: Type.String() });

function toWireRule({ ruleId, rule }: InboundRule) {
  return { ID: ruleId, Rule: rule };
}

export function getInboundRuleTriggers(): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/triggers/inboundrules',
    token: 'server',
    group,
    summary: 'Lists the senders whose mail is blocked, oldest rule first.',
    query: Type.Object(pagingQuery),
    response: Type.Object({ TotalCount: Type.Integer(), InboundRules: Type.Array(ruleSchema) }),
    async handle({ query, reads, server }) {
      const paging = readPaging(query, null);
      if (paging.kind === 'refused') throw new Refusal('trigger_list_invalid', paging.text);
      const { totalCount, rules } = await readRules(reads, server.serverId, paging);
      return { TotalCount: totalCount, InboundRules: rules.map(toWireRule) };
    },
  });
}

export function createInboundRuleTrigger(): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/triggers/inboundrules',
    token: 'server',
    group,
    summary: 'Blocks the mail of a sender.',
    body: Type.Object({ Rule: Type.Optional(Type.String({ description: 'An email address or a domain.' })) }),
    response: ruleSchema,
    async handle(call) {
      const { serverId } = call.server;
      return toWireRule(await call.transaction((tx, now) => addRule(tx, serverId, call.body.Rule, now)));
    },
  });
}

export function deleteInboundRuleTrigger(): Endpoint {
  return defineEndpoint({
    method: 'DELETE',
    path: '/triggers/inboundrules/:triggerid',
    token: 'server',
    group,
    summary: 'Removes a rule.',
    response: Type.Object({ ErrorCode: Type.Integer(), Message: Type.String() }),
    async handle(call) {
      const { serverId } = call.server;
      const rule = await call.transaction(tx => removeRule(tx, serverId, call.pathNumber('triggerid')));
      return { ErrorCode: 0, Message: `Rule ${rule} removed.` };
    },
  });
}
