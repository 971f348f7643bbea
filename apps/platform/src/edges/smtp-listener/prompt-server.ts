// The library `smtp-server`, made to greet at once (by itself it waits 100 ms, which caps new connections) and to say the
// enhanced status (RFC 3463) that a refusal brings along instead of one that follows from the code alone.

import type { Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { SMTPConnection, type SMTPConnectionOptions } from 'smtp-server/lib/smtp-connection.js';
import type { Refused } from './refused.ts';

const startsWithStatus = /^[245]\.\d{1,3}\.\d{1,3} /;

class PromptConnection extends SMTPConnection {
  override init(): void {
    this._setListeners(() => this.connectionReady());
  }

  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    const bringsStatus = typeof data === 'string' && startsWithStatus.test(data);
    super.send(code, data, bringsStatus ? false : context);
  }
}

export class PromptServer extends SMTPServer {
  override connect(socket: Socket, options?: SMTPConnectionOptions | null): void {
    const connection = new PromptConnection(this, socket, options);
    this.connections.add(connection);
    connection.on('error', error => this._onError(error));
    connection.init();
  }

  /** Tells those that wait for nothing to go, and answers whether any other is left. */
  dismissIdle(): boolean {
    let isBusy = false;
    for (const connection of this.connections) {
      if (connection._handlerPending || connection._dataStream) isBusy = true;
      else connection.send(421, '4.3.2 This server is stopping');
    }
    return isBusy;
  }

  destroyAll(): void {
    for (const connection of this.connections) connection._socket.destroy();
  }
}

/** What the library wants to hear of a refusal. */
export function toReplyError(refused: Refused): Error & { responseCode: number } {
  return Object.assign(new Error(`${refused.enhanced} ${refused.text}`), { responseCode: refused.code });
}
