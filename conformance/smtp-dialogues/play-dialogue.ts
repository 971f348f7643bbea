// Plays one dialogue: sends what the client says, and wants every line of the server to be the one that stands there.

import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { NumberedStep } from './read-dialogue.ts';

export type Stage = {
  port: number;
  tlsPort: number;
  /** The client's. */
  localAddress: string;
  /** What {name} stands for. */
  values: Readonly<Record<string, string>>;
  /** Messages that are stored, by {id} in their subject. */
  countStored(): Promise<number>;
};

const secondsMax = 10;

type Line = { text: string | undefined };

/** The lines of one connection, one by one; undefined is its end. */
class Wire {
  #socket: Socket;
  readonly #lines: string[] = [];
  #rest = '';
  #isEnded = false;
  #waiting: ((line: Line) => void) | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#listen();
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      const parts = (this.#rest + chunk.toString('latin1')).split('\r\n');
      this.#rest = parts.pop() ?? '';
      this.#lines.push(...parts);
      this.#tell();
    });
    const onEnd = () => {
      if (this.#socket !== socket) return;
      this.#isEnded = true;
      this.#tell();
    };
    socket.on('end', onEnd);
    socket.on('close', onEnd);
  }

  #tell(): void {
    const waiting = this.#waiting;
    if (!waiting || (this.#lines.length === 0 && !this.#isEnded)) return;
    this.#waiting = undefined;
    waiting({ text: this.#lines.shift() });
  }

  next(): Promise<Line> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no reply for ${secondsMax} s`)), secondsMax * 1000);
      this.#waiting = line => {
        clearTimeout(timer);
        resolve(line);
      };
      this.#tell();
    });
  }

  /** What has come and nobody has asked for. */
  get unread(): string {
    return [...this.#lines, this.#rest].join('\n').trim();
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  async startTls(): Promise<void> {
    const plain = this.#socket;
    plain.removeAllListeners('data');
    const secure = connectTls({ socket: plain, rejectUnauthorized: false });
    this.#socket = secure;
    this.#listen();
    await new Promise<void>((resolve, reject) => {
      secure.once('secureConnect', resolve);
      secure.once('error', reject);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}

export async function playDialogue(steps: readonly NumberedStep[], stage: Stage): Promise<void> {
  const fill = (text: string) => fillIn(text, stage.values);
  let wire: Wire | undefined;
  let pending: Buffer[] = [];

  const open = (isImplicitTls: boolean) => {
    wire?.close();
    const { localAddress } = stage;
    const at = { host: '127.0.0.1', port: isImplicitTls ? stage.tlsPort : stage.port, localAddress };
    wire = new Wire(isImplicitTls ? connectTls({ ...at, rejectUnauthorized: false }) : connect(at));
    return wire;
  };
  const flush = () => {
    if (pending.length > 0) (wire ?? open(false)).write(Buffer.concat(pending));
    pending = [];
  };
  const expectLine = async (pattern: string, line: number) => {
    flush();
    const { text } = await (wire ?? open(false)).next().catch((error: Error) => {
      throw new Error(`line ${line}: wanted ${pattern}, and there was ${error.message}`);
    });
    assert.match(text ?? '(the connection ended)', toExpression(fill(pattern)), `line ${line}: wanted ${pattern}`);
  };

  try {
    for (const step of steps) {
      if (step.kind === 'send') {
        const bytes = step.isRaw ? toBytes(fill(step.text)) : Buffer.from(`${fill(step.text)}\r\n`);
        for (let time = 0; time < step.times; time += 1) pending.push(bytes);
      } else if (step.kind === 'expect') await expectLine(step.pattern, step.line);
      else if (step.kind === 'connect') open(step.isImplicitTls);
      else if (step.kind === 'tls') await wire?.startTls();
      else if (step.kind === 'stored') assert.equal(await stage.countStored(), step.count, `line ${step.line}: stored`);
      else await expectEnd(step.line);
    }
    if (steps.at(-1)?.kind !== 'end') {
      pending.push(Buffer.from('QUIT\r\n'));
      await expectLine('221 2.0.0 Bye', 0);
      await expectEnd(0);
    }
  } finally {
    wire?.close();
  }

  async function expectEnd(line: number): Promise<void> {
    flush();
    const last = await wire?.next();
    assert.equal(last?.text, undefined, `line ${line}: wanted the end of the connection`);
    assert.equal(wire?.unread, '', `line ${line}: the server said more than was wanted`);
  }
}

function toExpression(pattern: string): RegExp {
  return new RegExp(`^${pattern.split('*').map(asLiteral).join('.*')}$`, 's');
}

const asLiteral = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** {name}, and {plain USER PASSWORD} and {base64 TEXT} made of names or words. */
function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{([^{}]+)\}/g, (whole, inner: string) => {
    const [first = '', ...words] = inner.split(' ');
    const of = (word: string) => values[word] ?? word;
    if (first === 'plain') return Buffer.from(`\0${words.map(of).join('\0')}`).toString('base64');
    if (first === 'base64') return Buffer.from(words.map(of).join(' ')).toString('base64');
    return values[first] ?? whole;
  });
}

const escapes: Readonly<Record<string, string>> = { r: '\r', n: '\n', 0: '\0', '\\': '\\' };

function toBytes(text: string): Buffer {
  const plain = text.replace(/\\(?:x([0-9a-f]{2})|(.))/gi, (_whole, hex?: string, letter?: string) =>
    hex === undefined ? (escapes[letter ?? ''] ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(plain, 'latin1');
}
