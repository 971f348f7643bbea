// What is done with inbound mail, as the API shows and takes it. A password is taken and never shown.

import { type Static, Type } from 'typebox';
import type { InboundAction } from '../../servers/inbound-action.ts';
import type { ActionFields } from '../../servers/inbound-action-rules.ts';

export const inboundActionBody = Type.Object(
  {
    Type: Type.Optional(Type.String({ description: 'Webhook, Forward, Smtp or Store.' })),
    Address: Type.Optional(Type.String({ description: 'Of Forward: where the mail is sent on to.' })),
    Host: Type.Optional(Type.String({ description: 'Of Smtp: the server that it is handed to.' })),
    Port: Type.Optional(Type.Integer({ description: 'Of Smtp; 25 when absent.' })),
    User: Type.Optional(Type.String({ description: 'Of Smtp: for AUTH, over TLS only.' })),
    Password: Type.Optional(Type.String({ description: 'Stays when it is left out and Host and User stay.' })),
  },
  { description: 'Extension, of the inbound stream: what is done with its mail.' },
);

export const inboundActionSchema = Type.Object(
  {
    Type: Type.String(),
    Address: Type.Optional(Type.String()),
    Host: Type.Optional(Type.String()),
    Port: Type.Optional(Type.Integer()),
    User: Type.Optional(Type.String()),
  },
  { description: 'Extension, of the inbound stream: what is done with its mail.' },
);

export function toActionFields(body: Static<typeof inboundActionBody>): ActionFields {
  const { Type: type, Address, Host, Port, User, Password } = body;
  return { type, address: Address, host: Host, port: Port, user: User, password: Password };
}

export function toWireAction(action: InboundAction): Static<typeof inboundActionSchema> {
  switch (action.kind) {
    case 'webhook':
      return { Type: 'Webhook' };
    case 'store':
      return { Type: 'Store' };
    case 'address':
      return { Type: 'Forward', Address: action.address };
    case 'server': {
      const { host, port, user } = action;
      return { Type: 'Smtp', Host: host, Port: port, ...(user === undefined ? {} : { User: user }) };
    }
  }
}
