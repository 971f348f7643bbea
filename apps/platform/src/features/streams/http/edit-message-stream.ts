// PATCH /message-streams/:streamid: changes name, description and unsubscribe handling, and (extension) the domain of the
// inbound stream and what is done with its mail. Other fields of a whole stream, which some clients send back, are passed over.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import type { ServerDeps } from '../../servers/ports.ts';
import { editStream } from '../edit-stream.ts';
import { setInboundAction } from '../inbound-action.ts';
import { checkStreamDomain, setStreamDomain } from '../inbound-domain.ts';
import { inboundActionBody, inboundActionSchema, toActionFields, toWireAction } from './inbound-action.ts';
import { messageStreamSchema, streamChangeFields, toStreamFields, toWireStream } from './message-stream.ts';

const body = Type.Object({
  ...streamChangeFields,
  InboundDomain: Type.Optional(
    Type.String({ description: 'Extension, of the inbound stream: the same as in PUT /server.' }),
  ),
  InboundAction: Type.Optional(inboundActionBody),
});

const response = Type.Object({
  ...messageStreamSchema.properties,
  InboundDomain: Type.Optional(Type.String({ description: 'Extension: where the request names one.' })),
  InboundDomainWarning: Type.Optional(
    Type.String({ description: 'Extension: what is missing before mail to a newly set InboundDomain comes here.' }),
  ),
  InboundAction: Type.Optional(inboundActionSchema),
});

export function editMessageStream(deps: ServerDeps): Endpoint {
  return defineEndpoint({
    method: 'PATCH',
    path: '/message-streams/:streamid',
    token: 'server',
    group: 'Message streams',
    summary: 'Changes a message stream; what is left out stays.',
    body,
    response,
    async handle(call) {
      const { serverId } = call.server;
      const streamId = call.pathText('streamid');
      const fields = toStreamFields(call.body);
      const wanted = call.body.InboundDomain;
      const domain =
        wanted === undefined ? undefined : await checkStreamDomain(call.reads, deps, serverId, streamId, wanted);
      const wantedAction = call.body.InboundAction;
      const { stream, action } = await call.transaction(async (tx, now) => {
        if (domain) await setStreamDomain(tx, deps, serverId, domain, now);
        const set = wantedAction && toActionFields(wantedAction);
        return {
          action: set && (await setInboundAction(tx, deps, serverId, streamId, set, now)),
          stream: await editStream(tx, serverId, streamId, fields, now),
        };
      });
      return {
        ...toWireStream(stream),
        ...(domain && { InboundDomain: domain.inboundDomain }),
        ...(domain?.warning !== undefined && { InboundDomainWarning: domain.warning }),
        ...(action && { InboundAction: toWireAction(action) }),
      };
    },
  });
}
