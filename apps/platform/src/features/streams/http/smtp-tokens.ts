// /message-streams/:streamid/smtp-tokens: the SMTP tokens of a stream. Ours: Postmark changes them in its web app only.

import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { type Static, Type } from 'typebox';
import { toWireDate } from '../../../edges/http-api/dates.ts';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { wholeNumberOrText } from '../../../edges/http-api/wire-types.ts';
import { Refusal } from '../../../refusals.ts';
import type { SmtpToken } from '../smtp-token.ts';
import { refuseOtherPlace } from '../smtp-token-rules.ts';
import { createSmtpToken as create, readSmtpTokens, deleteSmtpToken as remove } from '../smtp-tokens.ts';

const tokenFields = {
  ID: Type.Integer(),
  Name: Type.String(),
  MessageStream: Type.String(),
  AccessKey: Type.String({ description: 'The user name.' }),
  CreatedAt: Type.String(),
};
const tokenSchema = Type.Object(tokenFields);

function toWireToken(token: SmtpToken): Static<typeof tokenSchema> {
  return {
    ID: token.smtpTokenId,
    Name: token.name,
    MessageStream: token.streamId,
    AccessKey: token.accessKey,
    CreatedAt: toWireDate(token.createdAt),
  };
}

export function getSmtpTokens(keyRing: KeyRing): Endpoint {
  return defineEndpoint({
    method: 'GET',
    path: '/message-streams/:streamid/smtp-tokens',
    token: 'server',
    group: 'Message streams',
    summary: 'Lists the SMTP tokens of a message stream, oldest first. An extension.',
    response: Type.Object({ TotalCount: Type.Integer(), SmtpTokens: Type.Array(tokenSchema) }),
    async handle(call) {
      const tokens = await readSmtpTokens(call.reads, keyRing, call.server.serverId, call.pathText('streamid'));
      return { TotalCount: tokens.length, SmtpTokens: tokens.map(toWireToken) };
    },
  });
}

export function createSmtpToken(keyRing: KeyRing): Endpoint {
  return defineEndpoint({
    method: 'POST',
    path: '/message-streams/:streamid/smtp-tokens',
    token: 'server',
    group: 'Message streams',
    summary: 'Adds an SMTP token to a message stream; the secret key is shown this once. An extension.',
    body: Type.Object({
      Name: Type.Optional(Type.String({ description: '1 to 100 characters.' })),
      ServerID: Type.Optional(wholeNumberOrText({ description: 'When given, the server of the token.' })),
      MessageStream: Type.Optional(Type.String({ description: 'When given, the stream of the path.' })),
    }),
    response: Type.Object({ ...tokenFields, SecretKey: Type.String({ description: 'The password.' }) }),
    async handle(call) {
      const { Name, ServerID, MessageStream } = call.body;
      if (Object.keys(call.body).length === 0) throw new Refusal('smtp_token_body_required');
      const place = { serverId: call.server.serverId, streamId: call.pathText('streamid') };
      refuseOtherPlace({ serverId: ServerID, streamId: MessageStream }, place);
      const token = await call.transaction((tx, now) =>
        create(tx, keyRing, place.serverId, place.streamId, Name ?? '', now),
      );
      return { ...toWireToken(token), SecretKey: token.secretKey };
    },
  });
}

export function deleteSmtpToken(): Endpoint {
  return defineEndpoint({
    method: 'DELETE',
    path: '/message-streams/:streamid/smtp-tokens/:tokenid',
    token: 'server',
    group: 'Message streams',
    summary: 'Deletes an SMTP token at once. An extension.',
    response: Type.Object({ ErrorCode: Type.Integer(), Message: Type.String() }),
    async handle(call) {
      const streamId = call.pathText('streamid');
      const tokenId = call.pathNumber('tokenid') ?? 0;
      const name = await call.transaction(tx => remove(tx, call.server.serverId, streamId, tokenId));
      return { ErrorCode: 0, Message: `SMTP token ${name} removed.` };
    },
  });
}
