// DELETE /servers/:serverid: ends a server's access at once; its data goes by housekeeping.

import { Type } from 'typebox';
import { defineEndpoint, type Endpoint } from '../../../edges/http-api/endpoint.ts';
import { deleteServer as removeServer } from '../delete-server.ts';

export function deleteServer(): Endpoint {
  return defineEndpoint({
    method: 'DELETE',
    path: '/servers/:serverid',
    token: 'account',
    group: 'Servers',
    summary: 'Deletes a server: its tokens open nothing from now on, its data is removed soon after.',
    response: Type.Object({ ErrorCode: Type.Integer(), Message: Type.String() }),
    async handle(call) {
      const serverId = call.pathNumber('serverid') ?? 0;
      const name = await call.transaction((tx, now) => removeServer(tx, call.account.accountId, serverId, now));
      return { ErrorCode: 0, Message: `Server ${name} removed.` };
    },
  });
}
