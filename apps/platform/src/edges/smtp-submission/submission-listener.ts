// The SMTP server that takes mail from applications. It answers 250 to a message only when `submit` says that it is stored
// and names it; what it cannot take now it puts off (4xx), so that the application keeps it. RFC 6409 with 5321, 1870,
// 2034, 2920, 3207, 3461, 4954, 6152, 6531, 8314; Postmark's guide to sending by SMTP.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { SMTPServerAddress, SMTPServerAuthentication, SMTPServerSession } from 'smtp-server';
import { createConnectionCounter, networkOf } from '../smtp-listener/connection-limits.ts';
import { createMessageReader, type MessageLimits, tookTooLong } from '../smtp-listener/message-reader.ts';
import { type MessageReply, toReplyError } from '../smtp-listener/prompt-server.ts';
import { type Refused, refusal } from '../smtp-listener/refused.ts';
import { createSessionLives, lastedLongEnough, type SessionLimits } from '../smtp-listener/session-lives.ts';
import { defaultSourceLimits } from '../smtp-listener/source-reader.ts';
import type {
  Authenticate,
  Credentials,
  Login,
  Submission,
  SubmissionClient,
  Submit,
  SubmittedRecipient,
} from './contract.ts';
import { createLoginThrottle, defaultThrottleLimits, type ThrottleLimits } from './login-throttle.ts';
import { refuseUnknownParameter, SubmissionServer } from './submission-connection.ts';

export type SubmissionLimits = SessionLimits &
  MessageLimits & {
    connectionsPerCredentialMax: number;
    /** Of one transaction. Postmark's own limit of 50 is a rule of sending, which answers it as Postmark does. */
    recipientsPerMessageMax: number;
    idleSecondsMax: number;
    closeSecondsMax: number;
    throttle: ThrottleLimits;
  };

export const defaultSubmissionLimits: SubmissionLimits = {
  ...defaultSourceLimits,
  sizeInBytesMax: 10 * 1024 * 1024,
  refusesNul: true,
  connectionsMax: 1000,
  connectionsPerAddressMax: 100,
  connectionsPerCredentialMax: 200,
  messagesPerConnectionMax: 1000,
  recipientsPerMessageMax: 1000,
  idleSecondsMax: 300,
  connectionSecondsMax: 3600,
  messageSecondsMax: 900,
  deliverSecondsMax: 30,
  memoryBytesMax: 256 * 1024 * 1024,
  closeSecondsMax: 2,
  throttle: defaultThrottleLimits,
};

export type SubmissionListenerOptions<Caller> = {
  hostName: string;
  /** Certificate chain and key in PEM. */
  tls: { cert: string | Buffer; key: string | Buffer };
  allowsCleartextAuth: boolean;
  allowsCramMd5: boolean;
  authenticate: Authenticate<Caller>;
  submit: Submit<Caller>;
  /** False while nothing can be stored: new connections and new messages are put off. */
  isTakingMail?: () => boolean;
  limits?: Partial<SubmissionLimits>;
  /** Of one message (250, or the code of a refusal) or of a command that was refused. */
  onAnswer?: (code: number) => void;
  onLogin?: (end: 'accepted' | 'refused' | 'put_off') => void;
  onError: (error: unknown) => void;
};

export type ListenAt = { host: string; port: number; isImplicitTls: boolean };

export type SubmissionListener = {
  /** May be called several times, for several ports. */
  listen(at: ListenAt): Promise<{ port: number }>;
  /** For connections that begin TLS from now on. */
  useCertificate(tls: { cert: string | Buffer; key: string | Buffer }): void;
  connections(): number;
  /** Resolves within seconds: whoever waits for nothing is told to go, messages under way may end. */
  close(): Promise<void>;
};

const notNow = refusal(421, '4.3.2', 'Mail cannot be stored at the moment, try again later');
const notStoredNow = refusal(452, '4.3.1', 'Mail cannot be stored at the moment, try again later');
const tooManyOfCredential = refusal(421, '4.7.0', 'Too many connections with these credentials, try again later');
const tooManyFailures = refusal(421, '4.7.0', 'Too many failed logins, try again later');
const cannotCheck = refusal(454, '4.7.0', 'Temporary authentication failure, try again later');
const credentialEnded = refusal(421, '4.7.0', 'These credentials are not valid any more');

export function createSubmissionListener<Caller>(options: SubmissionListenerOptions<Caller>): SubmissionListener {
  const limits: SubmissionLimits = { ...defaultSubmissionLimits, ...options.limits };
  const lives = createSessionLives(limits);
  const messages = createMessageReader(limits, options.onError);
  const throttle = createLoginThrottle(limits.throttle, Date.now);
  const logins = createConnectionCounter(
    {
      connectionsMax: limits.connectionsMax,
      connectionsPerAddressMax: limits.connectionsPerCredentialMax,
    },
    credential => credential,
  );
  const servers: SubmissionServer[] = [];
  let { tls } = options;

  type Reply = (error?: (Error & { responseCode?: number }) | null) => void;
  function refuse(reply: Reply, refused: Refused): void {
    options.onAnswer?.(refused.code);
    reply(toReplyError(refused));
  }

  async function logIn(
    authentication: SMTPServerAuthentication,
    session: SMTPServerSession,
  ): Promise<Login<Caller> | Refused> {
    const credentials = toCredentials(authentication);
    const network = networkOf(session.remoteAddress);
    const plan = throttle.plan(network, credentials.user);
    if (plan.kind === 'too_many') return tooManyFailures;
    if (plan.milliseconds > 0) {
      throttle.beginWaiting(network);
      await wait(plan.milliseconds, undefined, { ref: false }).finally(() => throttle.endWaiting(network));
    }
    const answer = await options.authenticate(credentials, toClient(session)).catch((error: unknown) => {
      options.onError(error);
      return cannotCheck;
    });
    if (answer.kind === 'accepted') {
      throttle.succeeded(network, credentials.user);
      // STARTTLS has made it forget an earlier login.
      logins.leave(session.id);
      const mayStay = lives.isOpen(session.id) && logins.enter(session.id, answer.credential);
      return mayStay ? answer : tooManyOfCredential;
    }
    // Only a final no is a failure of the client.
    if (answer.code >= 500 && throttle.failed(network, credentials.user)) return tooManyFailures;
    return answer;
  }

  /** A refusal, or undefined when the message may come; the session then holds the caller as of now. */
  async function beginTransaction(session: SMTPServerSession): Promise<Refused | undefined> {
    const tooMany = lives.mayBringMessage(session.id);
    if (tooMany) return tooMany;
    if (options.isTakingMail?.() === false) return notStoredNow;
    const login: Login<Caller> = session.user;
    try {
      const caller = await login.renew();
      if (caller === undefined) return credentialEnded;
      session.user = { ...login, caller };
      return undefined;
    } catch (error) {
      options.onError(error);
      return notStoredNow;
    }
  }

  async function submit(session: SMTPServerSession, source: Buffer): Promise<MessageReply | Refused> {
    const answer = await options.submit(toSubmission<Caller>(session, source));
    if (answer.kind === 'refused') return answer;
    if (answer.kind === 'try_later') return notStoredNow;
    return { code: 250, text: `2.0.0 Ok: queued as ${answer.messageId}` };
  }

  function createServer(isImplicitTls: boolean): SubmissionServer {
    const server = new SubmissionServer({
      name: options.hostName,
      heloResponse: '%s',
      secure: isImplicitTls,
      ...tls,
      logger: false,
      allowsCleartextAuth: options.allowsCleartextAuth,
      authMethods: options.allowsCramMd5 ? ['PLAIN', 'LOGIN', 'CRAM-MD5'] : ['PLAIN', 'LOGIN'],
      authRequiredMessage: 'Authentication required',
      disabledCommands: ['WIZ', 'SHELL', 'KILL', 'XCLIENT', 'XFORWARD'],
      maxAllowedUnauthenticatedCommands: 20,
      disableReverseLookup: true,
      hideENHANCEDSTATUSCODES: false,
      hideDSN: false,
      size: limits.sizeInBytesMax,
      maxRecipients: limits.recipientsPerMessageMax,
      maxCommandLength: 4096,
      // Of handshakes that have not ended yet; afterwards `lives` counts.
      maxClients: limits.connectionsMax,
      socketTimeout: limits.idleSecondsMax * 1000,
      closeTimeout: limits.closeSecondsMax * 1000,

      onConnect({ id, remoteAddress }, reply) {
        if (options.isTakingMail?.() === false) return refuse(reply, notNow);
        const tooMany = lives.enter(id, remoteAddress, () => server.dismiss(id, lastedLongEnough));
        return tooMany ? refuse(reply, tooMany) : reply();
      },
      onAuth(authentication, session, reply) {
        logIn(authentication, session).then(answer => {
          if (answer.kind === 'accepted') {
            options.onLogin?.('accepted');
            return reply(null, { user: answer });
          }
          options.onLogin?.(answer.code < 500 ? 'put_off' : 'refused');
          return refuse(reply, answer);
        });
      },
      onMailFrom(_address, session, reply) {
        beginTransaction(session).then(refused => {
          if (!refused) return reply();
          // The library has taken the parameters over already; the next transaction must not inherit them.
          Object.assign(session.envelope, { smtpUtf8: false, bodyType: '7bit' });
          return refuse(reply, refused);
        });
      },
      onRcptTo(address, _session, reply) {
        const refused = refuseUnknownParameter(address);
        return refused ? refuse(reply, refused) : reply();
      },
      onClose({ id }) {
        lives.leave(id);
        logins.leave(id);
      },
      beginMessage(session) {
        lives.countMessage(session.id);
        return messages.begin(
          source => submit(session, source),
          () => server.dismiss(session.id, tookTooLong),
        );
      },
      onMessageAnswer: code => options.onAnswer?.(code),
    });
    // Of one connection: reset, a failed handshake. The connection ends; the world is like that.
    server.on('error', () => {});
    return server;
  }

  return {
    async listen({ host, port, isImplicitTls }) {
      const server = createServer(isImplicitTls);
      const socket = server.listen(port, host);
      await once(socket, 'listening');
      servers.push(server);
      return { port: (server.server.address() as AddressInfo).port };
    },
    useCertificate(next) {
      tls = next;
      for (const server of servers) server.updateSecureContext(next);
    },
    connections: () => lives.count(),
    async close() {
      await Promise.all(servers.splice(0).map(server => server.closeSoon()));
    },
  };
}

function toCredentials(authentication: SMTPServerAuthentication): Credentials {
  const { method, username, password, challenge, challengeResponse } = authentication;
  const user = username ?? '';
  if (method === 'CRAM-MD5') {
    return { mechanism: method, user, challenge: challenge ?? '', response: challengeResponse ?? '' };
  }
  return { mechanism: method === 'LOGIN' ? 'LOGIN' : 'PLAIN', user, password: password ?? '' };
}

function toClient(session: SMTPServerSession): SubmissionClient {
  return { address: session.remoteAddress, helo: session.hostNameAppearsAs, isEncrypted: session.secure };
}

function toRecipient({ address, dsn }: SMTPServerAddress): SubmittedRecipient {
  const { notify, orcpt } = dsn ?? {};
  return {
    address,
    ...(notify && { notify: notify.join(',') }),
    ...(orcpt && { originalRecipient: orcpt }),
  };
}

function toSubmission<Caller>(session: SMTPServerSession, source: Buffer): Submission<Caller> {
  const { mailFrom, rcptTo, smtpUtf8, bodyType } = session.envelope;
  const { caller }: Login<Caller> = session.user;
  return {
    caller,
    envelope: {
      mailFrom: mailFrom === false ? '' : mailFrom.address,
      recipients: rcptTo.map(toRecipient),
      isSmtpUtf8: smtpUtf8 === true,
      body: bodyType === '8bitmime' ? '8BITMIME' : '7BIT',
    },
    source,
    client: toClient(session),
  };
}
