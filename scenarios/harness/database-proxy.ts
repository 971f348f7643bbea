// A wire between Pennyblack and PostgreSQL that breaks at the worst moment: the server has committed, and its answer
// never arrives. Source: PostgreSQL documentation, 55.7 (message formats).

import { connect, createServer, type Socket } from 'node:net';

export type DatabaseProxy = {
  /** The same database, through the proxy. */
  url: string;
  /**
   * The next `count` answers are lost, together with their connection: to COMMIT where `statement` was run in its
   * transaction, or to the statement itself where it runs alone. `statement` is the name of a prepared one.
   */
  loseAnswers(statement: string, count: number): void;
  /** How many were lost so far, by statement. */
  lost: Map<string, number>;
  close(): Promise<void>;
};

export async function startDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl);
  const wanted = new Map<string, number>();
  const lost = new Map<string, number>();
  const sockets = new Set<Socket>();

  function carry(client: Socket): void {
    const server = connect(Number(target.port), target.hostname);
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    }
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());

    const inTransaction = new Set<string>();
    let isOpen = false;
    let victim: string | undefined;

    function loseNext(statements: Iterable<string>): void {
      for (const statement of statements) {
        const left = wanted.get(statement) ?? 0;
        if (left === 0 || victim !== undefined) continue;
        wanted.set(statement, left - 1);
        victim = statement;
      }
    }

    function read(kind: string, body: Buffer): void {
      if (kind === 'Q') {
        const text = body.toString('utf8', 0, body.length - 1).toLowerCase();
        if (text === 'begin') {
          isOpen = true;
          inTransaction.clear();
        } else if (text === 'commit') {
          isOpen = false;
          loseNext(inTransaction);
        }
      } else if (kind === 'B') {
        // Bind: the portal's name, then the statement's.
        const statement = body.toString('utf8', body.indexOf(0) + 1).split('\0')[0] ?? '';
        if (isOpen) inTransaction.add(statement);
        else loseNext([statement]);
      }
    }

    const readMessages = createMessageReader(read);
    client.on('data', chunk => {
      readMessages(chunk);
      server.write(chunk);
    });
    server.on('data', chunk => {
      if (victim === undefined) {
        client.write(chunk);
        return;
      }
      // ReadyForQuery outside a transaction: it is done, on disk, and nobody will hear of it.
      if (chunk.subarray(-6).equals(Buffer.from([0x5a, 0, 0, 0, 5, 0x49]))) {
        lost.set(victim, (lost.get(victim) ?? 0) + 1);
        client.destroy();
      }
    });
  }

  const listener = createServer(carry);
  await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  const url = new URL(databaseUrl);
  url.port = String(address.port);
  return {
    url: url.href,
    loseAnswers: (statement, count) => wanted.set(statement, count),
    lost,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => listener.close(resolve));
    },
  };
}

/** Cuts what a client sends into messages. The first one, the start of the session, has no letter. */
function createMessageReader(read: (kind: string, body: Buffer) => void): (chunk: Buffer) => void {
  let waiting = Buffer.alloc(0);
  let isFirst = true;
  return chunk => {
    waiting = Buffer.concat([waiting, chunk]);
    for (;;) {
      const lengthAt = isFirst ? 0 : 1;
      if (waiting.length < lengthAt + 4) return;
      const end = lengthAt + waiting.readUInt32BE(lengthAt);
      if (waiting.length < end) return;
      if (!isFirst) read(String.fromCharCode(waiting[0] ?? 0), waiting.subarray(5, end));
      isFirst = false;
      waiting = waiting.subarray(end);
    }
  };
}
