// The other side of a dialogue: a bare socket that writes exactly what the test says and reads replies one by one.

import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export type SmtpClient = {
  socket: Socket;
  write(bytes: string | Buffer): void;
  /** The next whole reply, its lines joined by line feeds; undefined when the server has closed the connection. */
  reply(): Promise<string | undefined>;
  /** Writes a line and reads its reply. */
  say(line: string): Promise<string | undefined>;
  /** After the 220 of STARTTLS. */
  startTls(): Promise<SmtpClient>;
  close(): void;
};

export async function openClient(port: number): Promise<SmtpClient> {
  const socket = connect(port, '127.0.0.1');
  return clientOn(socket);
}

/** Opens clients that have been greeted and have said EHLO; `closeAll` closes every one of them. */
export function createClientOpener(port: number): { open(): Promise<SmtpClient>; closeAll(): void } {
  const clients: SmtpClient[] = [];
  return {
    async open() {
      const client = await openClient(port);
      clients.push(client);
      await client.reply();
      await client.say('EHLO client.test');
      return client;
    },
    closeAll: () => {
      for (const client of clients) client.close();
    },
  };
}

function clientOn(socket: Socket): SmtpClient {
  const replies: string[] = [];
  const waiting: ((reply: string | undefined) => void)[] = [];
  let text = '';
  let isClosed = false;
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    for (let end = replyEnd(text); end > 0; end = replyEnd(text)) {
      const reply = text.slice(0, end).trimEnd().replaceAll('\r\n', '\n');
      text = text.slice(end);
      const next = waiting.shift();
      if (next) next(reply);
      else replies.push(reply);
    }
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    isClosed = true;
    for (const next of waiting.splice(0)) next(undefined);
  });
  const client: SmtpClient = {
    socket,
    write: bytes => void socket.write(bytes),
    reply: () =>
      new Promise(resolve => {
        const ready = replies.shift();
        if (ready !== undefined || isClosed) resolve(ready);
        else waiting.push(resolve);
      }),
    say(line) {
      client.write(`${line}\r\n`);
      return client.reply();
    },
    async startTls() {
      socket.removeAllListeners('data');
      const secure = connectTls({ socket, rejectUnauthorized: false });
      await new Promise<void>((resolve, reject) => {
        secure.once('secureConnect', resolve);
        secure.once('error', reject);
      });
      return clientOn(secure);
    },
    close: () => socket.destroy(),
  };
  return client;
}

/** Where the first whole reply of the text ends; 0 when there is none yet. */
function replyEnd(text: string): number {
  const last = /^\d{3}(?: .*)?\r\n/m.exec(text);
  return last ? last.index + last[0].length : 0;
}
