// The dialogue of one submission connection where it differs from the library's: what EHLO offers, the words of Postfix
// that Postmark's clients know, addresses as the client wrote them, no AUTH before TLS where that is forbidden, and
// parameters of MAIL and RCPT that nobody has offered (RFC 5321 4.1.1.11: 555).

import type { Socket } from 'node:net';
import type { SMTPServerAddress } from 'smtp-server';
import type { SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';
import { PromptConnection, PromptServer, type PromptServerOptions } from '../smtp-listener/prompt-server.ts';
import { type Refused, refusal } from '../smtp-listener/refused.ts';

export type SubmissionServerOptions = PromptServerOptions & { allowsCleartextAuth: boolean; authMethods: string[] };

/** AUTH is RFC 4954's, which everybody may send and nobody has to believe. */
const mailParameters = new Set(['SIZE', 'BODY', 'SMTPUTF8', 'RET', 'ENVID', 'AUTH']);
const recipientParameters = new Set(['NOTIFY', 'ORCPT']);

const helloNameMax = 255;
const mustStartTls = '5.7.0 Must issue a STARTTLS command first';

export class SubmissionConnection extends PromptConnection {
  get #settings(): SubmissionServer {
    return this._server as SubmissionServer;
  }

  get #mayAuthenticate(): boolean {
    return this.secure || this.#settings.allowsCleartextAuth;
  }

  override handler_EHLO(command: Buffer, callback: () => void): void {
    const [, name = '', ...rest] = command.toString().trim().split(/\s+/);
    if (name === '' || rest.length > 0 || name.length > helloNameMax || hasControls(name)) {
      this.send(501, 'Error: syntax: EHLO hostname', false);
    } else {
      this.hostNameAppearsAs = name.toLowerCase();
      this._resetSession();
      this.send(250, [this.name, ...this.#offers()], false);
    }
    callback();
  }

  #offers(): string[] {
    const offers = ['PIPELINING', `SIZE ${this._server.options.size}`];
    if (!this.secure) offers.push('STARTTLS');
    if (this.#mayAuthenticate && !this.session.user) offers.push(`AUTH ${this.#settings.authMethods.join(' ')}`);
    return [...offers, 'ENHANCEDSTATUSCODES', '8BITMIME', 'DSN', 'SMTPUTF8'];
  }

  override handler_AUTH(command: Buffer, callback: () => void): void {
    if (this.#mayAuthenticate) {
      super.handler_AUTH(command, callback);
      return;
    }
    this.send(538, '5.7.11 Encryption required for requested authentication mechanism');
    callback();
  }

  override handler_RSET(_command: Buffer, callback: () => void): void {
    this._resetSession();
    this.send(250, 'Ok');
    callback();
  }

  override handler_NOOP(_command: Buffer, callback: () => void): void {
    this.send(250, 'Ok');
    callback();
  }

  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    if (code === 530 && !this.#mayAuthenticate) super.send(530, mustStartTls);
    else super.send(code, code === 250 && data === 'Accepted' ? 'Ok' : data, context);
  }

  override _validateMailParams(
    parsed: Parameters<PromptConnection['_validateMailParams']>[0],
  ): ReturnType<PromptConnection['_validateMailParams']> {
    const unknown = findUnknownParameter(parsed, mailParameters);
    if (unknown === undefined) return super._validateMailParams(parsed);
    return { code: 555, message: `5.5.4 ${unsupported(unknown)}`, enhancedCode: null };
  }

  override _parseAddressCommand(
    name: string,
    command: Buffer | string,
  ): ReturnType<PromptConnection['_parseAddressCommand']> {
    const parsed = super._parseAddressCommand(name, command);
    if (!parsed) return parsed;
    const written = /<(?:@[^\s<>:]*:)?([^<>]*)>/.exec(command.toString())?.[1] ?? '';
    // Bytes that are no UTF-8 name nobody.
    return written.includes('\ufffd') ? false : { ...parsed, address: written };
  }
}

/** The first parameter that was not offered. */
function findUnknownParameter({ args }: SMTPServerAddress, known: ReadonlySet<string>): string | undefined {
  return args ? Object.keys(args).find(name => !known.has(name)) : undefined;
}

function unsupported(parameter: string): string {
  return `Unsupported option: ${parameter}`;
}

/** RCPT parameters are looked at by the listener, once the command is known to be in its place. */
export function refuseUnknownParameter(recipient: SMTPServerAddress): Refused | undefined {
  const unknown = findUnknownParameter(recipient, recipientParameters);
  return unknown === undefined ? undefined : refusal(555, '5.5.4', unsupported(unknown));
}

export class SubmissionServer extends PromptServer {
  readonly allowsCleartextAuth: boolean;
  readonly authMethods: readonly string[];

  constructor({ allowsCleartextAuth, ...options }: SubmissionServerOptions) {
    super({ ...options, allowInsecureAuth: true });
    this.allowsCleartextAuth = allowsCleartextAuth;
    this.authMethods = options.authMethods;
  }

  override makeConnection(socket: Socket, options?: SMTPConnectionOptions | null): PromptConnection {
    return new SubmissionConnection(this, socket, options);
  }
}

function hasControls(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return true;
  }
  return false;
}
