// The library `smtp-server`, made to greet as soon as it has seen that the client waits for it (by itself it waits 100 ms,
// which caps new connections), to say the
// enhanced status (RFC 3463) that an answer brings along instead of one that follows from the code alone, and to read
// messages in one pass: its own way copies each message through two streams.

import type { Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';
import { SMTPConnection, type SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';
import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import type { MessageInHand } from './message-reader.ts';
import type { Refused } from './refused.ts';

/** What the client is told of a message: `text` begins with the enhanced status. */
export type MessageReply = { code: number; text: string };

/** Begins to read the message whose envelope stands in the session. */
export type BeginMessage = (session: SMTPServerSession) => MessageInHand<MessageReply>;

export type PromptServerOptions = SMTPServerOptions & {
  beginMessage: BeginMessage;
  onMessageAnswer?: (code: number) => void;
};

const startsWithStatus = /^[245]\.\d{1,3}\.\d{1,3} /;

class PromptParser extends SMTPStream {
  #message: MessageInHand<MessageReply> | undefined;
  #onEnded: ((goOn: () => void) => void) | undefined;

  startMessage(message: MessageInHand<MessageReply>, onEnded: (goOn: () => void) => void): void {
    this.#message = message;
    this.#onEnded = onEnded;
    this._dataMode = true;
  }

  override _feedDataStream(chunk: Buffer, done: (error?: Error | null) => void): void {
    const message = this.#message;
    const used = message?.take(chunk) ?? chunk.length;
    if (!message?.isEnded) {
      done();
      return;
    }
    this._dataMode = false;
    this._remainder = '';
    this.#message = undefined;
    // Commands that came behind the message wait for its answer.
    this.#onEnded?.(() => this._write(chunk.subarray(used), 'buffer', done));
  }
}

export class PromptConnection extends SMTPConnection {
  #inHand: MessageInHand<MessageReply> | undefined;

  get isReadingMessage(): boolean {
    return this.#inHand !== undefined;
  }

  /** What has come before the greeting is read in between, and refused: nobody who speaks SMTP talks first (RFC 5321 3.1). */
  override init(): void {
    this._setListeners(() => setImmediate(() => this.#greet()));
  }

  #greet(): void {
    if (!this._closing && !this._closed) this.connectionReady();
  }

  override _createParser(): SMTPStream {
    const parser = new PromptParser({ maxCommandLength: this._server.options.maxCommandLength });
    parser.oncommand = (command, callback) => this._onCommand(command, callback);
    parser.on('error', error => this.send(421, `4.7.0 Error: ${error.message}`));
    return parser;
  }

  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    const bringsStatus = typeof data === 'string' && startsWithStatus.test(data);
    super.send(code, data, bringsStatus ? false : context);
  }

  override handler_DATA(_command: Buffer, callback: () => void): void {
    const parser = this._parser;
    if (this.session.envelope.rcptTo.length === 0) this.send(503, 'Error: need RCPT command');
    else if (parser instanceof PromptParser) {
      const message = (this._server as PromptServer).beginMessage(this.session);
      this.#inHand = message;
      parser.startMessage(message, goOn => this.#endMessage(message, goOn));
      this.send(354, 'End data with <CR><LF>.<CR><LF>');
    }
    callback();
  }

  async #endMessage(message: MessageInHand<MessageReply>, goOn: () => void): Promise<void> {
    // As long as the client waits for us it is not idle.
    this._handlerPending = true;
    const { code, text } = toReply(await message.finish());
    this._handlerPending = false;
    this.#inHand = undefined;
    (this._server as PromptServer).onMessageAnswer?.(code);
    this._transactionCounter += 1;
    this._unrecognizedCommands = 0;
    this._resetSession();
    this.send(code, text);
    this._whenWritable(goOn);
  }

  override _onClose(): void {
    if (!this._handlerPending) this.#inHand?.abandon();
    super._onClose();
  }
}

function toReply(answer: MessageReply | Refused): MessageReply {
  return 'kind' in answer ? { code: answer.code, text: `${answer.enhanced} ${answer.text}` } : answer;
}

export class PromptServer extends SMTPServer {
  readonly beginMessage: BeginMessage;
  readonly onMessageAnswer: ((code: number) => void) | undefined;

  constructor({ beginMessage, onMessageAnswer, ...options }: PromptServerOptions) {
    super(options);
    this.beginMessage = beginMessage;
    this.onMessageAnswer = onMessageAnswer;
  }

  /** A listener with commands of its own makes connections of its own. */
  makeConnection(socket: Socket, options?: SMTPConnectionOptions | null): PromptConnection {
    return new PromptConnection(this, socket, options);
  }

  override connect(socket: Socket, options?: SMTPConnectionOptions | null): void {
    const connection = this.makeConnection(socket, options);
    this.connections.add(connection);
    connection.on('error', error => this._onError(error));
    connection.init();
  }

  #dismissIdle(): void {
    for (const connection of this.connections) {
      if (!(connection instanceof PromptConnection)) continue;
      if (connection._handlerPending || connection.isReadingMessage) continue;
      connection.send(421, '4.3.2 This server is stopping');
    }
  }

  /** Ends one connection with a reply. */
  dismiss(sessionId: string, text: string): void {
    for (const connection of this.connections) if (connection.id === sessionId) connection.send(421, text);
  }

  /** Resolves within the `closeTimeout`: whoever waits for nothing is told to go, messages under way may end. */
  async closeSoon(): Promise<void> {
    if (!this.server.listening) return;
    const closed = new Promise<void>(resolve => this.close(resolve));
    this.#dismissIdle();
    await closed;
    for (const connection of this.connections) connection._socket.destroy();
  }
}

/** What the library wants to hear of a refusal. */
export function toReplyError(refused: Refused): Error & { responseCode: number } {
  return Object.assign(new Error(`${refused.enhanced} ${refused.text}`), { responseCode: refused.code });
}
