// A spamd that answers, or fails, as a test says. It speaks just enough of the protocol to hear one mail.

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

export type FakeSpamd = {
  address: { host: string; port: number };
  /** Complete requests, in order. */
  heard: { command: string; announced: number; mail: string }[];
  close(): Promise<void>;
};

/** `answer` is written when the mail is complete. A function decides itself what happens to the connection. */
export async function startFakeSpamd(answer: string | ((socket: Socket) => void)): Promise<FakeSpamd> {
  const heard: FakeSpamd['heard'] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let request = '';
    socket.on('data', chunk => {
      request += chunk.toString('latin1');
      const headEnd = request.indexOf('\r\n\r\n');
      if (headEnd === -1) return;
      const announced = Number(/^Content-length: (\d+)/im.exec(request)?.[1]);
      if (request.length < headEnd + 4 + announced) return;
      heard.push({ command: request.split('\r\n')[0] ?? '', announced, mail: request.slice(headEnd + 4) });
      if (typeof answer === 'string') socket.end(answer);
      else answer(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return {
    address: { host: '127.0.0.1', port: address.port },
    heard,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export function spamdReply(spam: string, headers: string): string {
  return `SPAMD/1.1 0 EX_OK\r\nContent-length: ${headers.length}\r\nSpam: ${spam}\r\n\r\n${headers}`;
}
