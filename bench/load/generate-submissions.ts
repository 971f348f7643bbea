// Hands over messages by SMTP in a process of its own, as `smtp-source` does: some sessions, each says a command and waits
// for its answer. Postfix's own tool cannot log in, so this one serves every contestant. Prints what came of it as JSON.

import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export type SubmissionLoad = {
  port: number;
  /** Logs in with it; undefined for a server that asks for nothing. */
  token: string | undefined;
  sessions: number;
  messages: number;
  messageBytes: number;
  /** Default: the customer whom every contestant knows. */
  recipient?: string;
  /** Most of the message is an attachment, beside a text and an HTML part. */
  hasAttachment?: boolean;
  /** Commands of a transaction in one packet (RFC 2920), as mail servers send them. */
  isPipelined: boolean;
};

export type SubmissionLoadResult = { seconds: number; processorMilliseconds: number };

/** Tells each reply, which is its last line. */
function readReplies(socket: Socket): () => Promise<string> {
  const replies: string[] = [];
  const waiting: ((reply: string) => void)[] = [];
  let text = '';
  socket.on('data', chunk => {
    text += chunk.toString('latin1');
    const lines = text.split('\r\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      if (line[3] !== ' ') continue;
      const next = waiting.shift();
      if (next) next(line);
      else replies.push(line);
    }
  });
  return () =>
    new Promise(resolve => {
      const ready = replies.shift();
      if (ready === undefined) waiting.push(resolve);
      else resolve(ready);
    });
}

function makeMessage(messageBytes: number): string {
  const head = 'From: orders@shop.test\r\nTo: customer@inbox.test\r\nSubject: Order\r\n\r\n';
  const line = `${'x'.repeat(78)}\r\n`;
  return `${head}${line.repeat(Math.ceil((messageBytes - head.length) / line.length))}.\r\n`;
}

/** Where each message has an id of its own: what has the id of another one is that one, handed over again. */
const place = 'id-of-the-message';

/** What a customer writes: a reply with the mail that it answers, as text and as HTML, and a photo. */
function makeTicket(messageBytes: number, recipient: string): string {
  const text = `Thanks, here is the photo.\r\n\r\nOn Mon, Mar 3, 2025 at 9:12 AM Desk <${recipient}> wrote:\r\n${'> Please send us a photo of the broken part.\r\n'.repeat(40)}`;
  const html = `<p>Thanks, here is the photo.</p><blockquote>${'<p>Please send us a photo of the broken part.</p>\r\n'.repeat(40)}</blockquote>`;
  const head = [
    'From: "Ann Berg" <ann@client.test>',
    `To: Desk <${recipient}>`,
    'Subject: Re: Order 1187',
    `Message-ID: <${place}@client.test>`,
    'In-Reply-To: <order-1187@shop.test>',
    'Date: Tue, 4 Mar 2025 15:02:11 +0100',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="outer"',
  ];
  const part = (type: string, encoding: string, content: string) =>
    `Content-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${content}\r\n`;
  const before =
    `${head.join('\r\n')}\r\n\r\n--outer\r\nContent-Type: multipart/alternative; boundary="inner"\r\n\r\n` +
    `--inner\r\n${part('text/plain; charset=utf-8', '8bit', text)}--inner\r\n${part('text/html; charset=utf-8', '8bit', html)}` +
    '--inner--\r\n--outer\r\n';
  const photo = Buffer.alloc(Math.max(1, Math.floor(((messageBytes - before.length) * 57) / 78)), 0xa7);
  const lines = photo.toString('base64').replace(/.{76}/g, '$&\r\n');
  return `${before}${part('image/jpeg; name="photo.jpg"', 'base64', lines)}--outer--\r\n.\r\n`;
}

async function runLoad(load: SubmissionLoad): Promise<SubmissionLoadResult> {
  const { recipient = 'customer@inbox.test' } = load;
  const message = load.hasAttachment ? makeTicket(load.messageBytes, recipient) : makeMessage(load.messageBytes);
  const envelope = ['MAIL FROM:<orders@shop.test>\r\n', `RCPT TO:<${recipient}>\r\n`, 'DATA\r\n'];
  let left = load.messages;

  async function runSession(): Promise<void> {
    const socket = connect({ host: '127.0.0.1', port: load.port, noDelay: true });
    const reply = readReplies(socket);
    const expect = async (code: string) => {
      const line = await reply();
      if (!line.startsWith(code)) throw new Error(`wanted ${code}, and was told ${line}`);
    };
    const say = (line: string, code: string) => {
      socket.write(line);
      return expect(code);
    };
    await expect('220');
    await say('EHLO bench.test\r\n', '250');
    if (load.token !== undefined) {
      const proof = Buffer.from(`\0${load.token}\0${load.token}`).toString('base64');
      await say(`AUTH PLAIN ${proof}\r\n`, '235');
    }
    while (left > 0) {
      left -= 1;
      if (load.isPipelined) socket.write(envelope.join(''));
      for (const [index, code] of ['250', '250', '354'].entries()) {
        if (!load.isPipelined) socket.write(envelope[index] ?? '');
        await expect(code);
      }
      await say(message.replace(place, randomUUID()), '250');
    }
    await say('QUIT\r\n', '221');
    socket.destroy();
  }

  const beganAt = performance.now();
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: load.sessions }, runSession));
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - beganAt) / 1000, processorMilliseconds: (user + system) / 1000 };
}

console.log(JSON.stringify(await runLoad(JSON.parse(process.argv[2] ?? '') as SubmissionLoad)));
