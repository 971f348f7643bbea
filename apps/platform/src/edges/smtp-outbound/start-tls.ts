// Turns a plain SMTP socket into an encrypted one (RFC 3207), and says how much the certificate is worth.

import { isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import type { SmtpTls } from './smtp-results.ts';
import type { TlsMemory } from './tls-memory.ts';

export type TlsFacts = {
  /** TLSv1.3 and the like. */
  version: string;
  cipher: string;
  /** Issued by a trusted authority for the name that was asked for, and in force. */
  verified: boolean;
  /** An earlier session was taken up again, without a new look at the certificate. */
  resumed: boolean;
};

export type TlsOutcome =
  | { kind: 'secured'; socket: TLSSocket; facts: TlsFacts }
  /** `resumed`: an old session was offered, so the failure may be its fault; it is forgotten now. */
  | { kind: 'failed'; error: string; resumed: boolean };

/**
 * Where any certificate will do, so will any cipher: old TLS is better than the clear text that follows a
 * refusal (RFC 7435 3). Level 0 also lets short keys pass, which OpenSSL 3.5 would refuse.
 */
const lenient: ConnectionOptions = { minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' };

/** The socket must be free of listeners of others. It is destroyed on failure. */
export function startTls(
  plainSocket: Socket,
  host: string,
  port: number,
  wanted: SmtpTls,
  timeoutInMilliseconds: number,
  memory: TlsMemory | undefined,
): Promise<TlsOutcome> {
  const mustVerify = wanted.mode === 'required' && wanted.verify;
  const name = wanted.servername;
  const sessionKey = `${host.toLowerCase()}:${port} ${name.toLowerCase()} ${wanted.certificateAuthority ?? ''}`;
  const kept = memory?.sessionFor(sessionKey, mustVerify);

  return new Promise(resolve => {
    const socket = connectTls({
      socket: plainSocket,
      // An address cannot be a server name in TLS (RFC 6066 3); as `host` it is still compared to the certificate.
      ...(isIP(name) ? { host: name } : { servername: name }),
      // Looked at below, after the handshake: nothing has been said over the connection by then.
      rejectUnauthorized: false,
      ...(mustVerify ? {} : lenient),
      ...(kept ? { session: kept.session } : {}),
      ...(wanted.certificateAuthority ? { ca: wanted.certificateAuthority } : {}),
    });
    const timer = setTimeout(() => fail('timeout in the TLS handshake'), timeoutInMilliseconds);
    let verified: boolean | undefined;
    let session: Buffer | undefined;

    function keepSession(): void {
      // TLS 1.3 gives sessions after the handshake, TLS 1.2 before its end is told to us.
      if (session && verified !== undefined) memory?.keepSession(sessionKey, { session, verified });
    }
    function fail(error: string): void {
      clearTimeout(timer);
      if (kept) memory?.forgetSession(sessionKey);
      // What the broken handshake still throws has nobody to hear it any more.
      socket.on('error', () => {});
      socket.destroy();
      plainSocket.destroy();
      resolve({ kind: 'failed', error, resumed: kept !== undefined });
    }
    const onError = (error: Error) => fail(error.message);
    const onClose = () => fail('the server closed the connection in the TLS handshake');

    socket.on('session', fresh => {
      session = fresh;
      keepSession();
    });
    socket.once('error', onError);
    socket.once('close', onClose);
    socket.once('secureConnect', () => {
      // Node does not compare the name again when a session is resumed, so the first look decides.
      verified = socket.authorized && (!socket.isSessionReused() || kept?.verified === true);
      if (mustVerify && !verified) {
        fail(`the certificate is not valid for ${name}: ${reasonOf(socket)}`);
        return;
      }
      clearTimeout(timer);
      socket.off('error', onError);
      socket.off('close', onClose);
      keepSession();
      const version = socket.getProtocol() ?? 'unknown';
      const facts = { version, cipher: socket.getCipher().name, verified, resumed: socket.isSessionReused() };
      resolve({ kind: 'secured', socket, facts });
    });
  });
}

function reasonOf(socket: TLSSocket): string {
  // Node types it as an Error and gives a code.
  const reason: unknown = socket.authorizationError;
  if (reason instanceof Error) return reason.message;
  return typeof reason === 'string' ? reason : 'it was not checked';
}
