// Commands for mail that comes in: `inbound …`.

import { systemClock } from '@pennyblack/runtime/clock.ts';
import { buildServerDeps } from '../build-servers.ts';
import { readInboundRecord } from '../features/servers/inbound-records.ts';
import { type Command, namedServer } from './command.ts';

export const inboundRecords: Command = {
  usage: 'inbound records <server-id>',
  summary: 'Prints where a server takes mail, and the MX record of its inbound domain as the DNS has it now.',
  run: async (context, [word]) => {
    const { settings, keyRing, db, print } = context;
    const { serverId } = await namedServer(context, word);
    const deps = buildServerDeps({ settings, keyRing, clock: systemClock }, async () => {});
    const { inboundAddress, record } = await readInboundRecord(db.reads, deps, serverId);
    print(`${inboundAddress}  the address of the server`);
    if (!record) {
      print('It has no inbound domain. PUT /server sets one.');
      return;
    }
    print(`; ${record.warning ?? 'found: its mail comes here'}`);
    print(`${record.name}.  MX  ${record.value}.`);
  },
};
