// Connects the SMTP submission listener with who may log in and with what becomes of a message.

import { DatabaseUnavailable, type Queryable } from '@pennyblack/runtime/database/database.ts';
import type { UuidSource } from '@pennyblack/runtime/uuid-v7.ts';
import type { BuildDeps } from './build.ts';
import type { DirectoryCache } from './build-directory.ts';
import { openCertificate } from './build-smtp-certificate.ts';
import {
  createSubmissionListener,
  type ListenAt,
  type SubmissionListener,
  type SubmissionListenerOptions,
} from './edges/smtp-submission/submission-listener.ts';
import type { RecordEvents } from './features/events/record-events.ts';
import type { AcceptMessage } from './features/sending/accept-message.ts';
import { createSubmissionSender } from './features/sending/send-submission.ts';
import { createSubmissionTaker } from './features/sending/smtp/take-submission.ts';
import { createAuthenticateSmtp } from './features/streams/smtp/authenticate-smtp.ts';
import type { SubmissionCaller } from './features/streams/submission-caller.ts';

export type Smtp = {
  /** Opens all ports. */
  listen(): Promise<void>;
  close(): Promise<void>;
  connections(): number;
};

export type SmtpDeps = BuildDeps & {
  directory: Pick<DirectoryCache, 'serverOfToken' | 'smtpToken' | 'streamsOf'>;
  recordEvents: RecordEvents;
  acceptMessage: AcceptMessage;
  makeMessageId: UuidSource;
  onAnswer(code: number): void;
  onLogin(end: string): void;
};

export function buildSmtp(deps: SmtpDeps): Smtp {
  const { settings, db, log, directory, keyRing } = deps;
  const { host } = settings;
  const health = watchDatabase(db.reads);
  let listener: SubmissionListener | undefined;
  let stopWatching = () => {};

  const take = createSubmissionTaker(
    createSubmissionSender({
      db,
      recordEvents: deps.recordEvents,
      acceptMessage: deps.acceptMessage,
      findStreams: directory.streamsOf,
      mailHostname: settings.mailHostname,
      makeMessageId: deps.makeMessageId,
      now: deps.clock.now,
      refusals: settings.smtpRefusals,
    }),
  );
  const submit: typeof take = async submission => {
    const answer = await take(submission);
    if (answer.kind === 'try_later') health.suspect();
    return answer;
  };

  function open(tls: SubmissionListenerOptions<SubmissionCaller>['tls']): SubmissionListener {
    return createSubmissionListener({
      hostName: settings.mailHostname,
      tls,
      allowsCleartextAuth: settings.smtpCleartextAuth,
      allowsCramMd5: settings.smtpCramMd5,
      authenticate: createAuthenticateSmtp({
        serverOfToken: directory.serverOfToken,
        smtpToken: directory.smtpToken,
        keyRing,
      }),
      submit,
      isTakingMail: () => !deps.isStopping() && !health.isSick(),
      limits: {
        connectionsMax: settings.smtpConnectionsMax,
        connectionsPerAddressMax: settings.smtpConnectionsPerAddressMax,
        connectionsPerCredentialMax: settings.smtpConnectionsPerCredentialMax,
        sizeInBytesMax: settings.smtpMessageBytesMax,
      },
      onAnswer: deps.onAnswer,
      onLogin: deps.onLogin,
      onError(error) {
        if (error instanceof DatabaseUnavailable) health.suspect();
        log.error({ error }, 'a mail could not be taken by SMTP');
      },
    });
  }

  return {
    async listen() {
      const certificate = await openCertificate(deps, tls => listener?.useCertificate(tls));
      stopWatching = certificate.stopWatching;
      listener = open(certificate.tls);
      const at = (isImplicitTls: boolean) => (port: number) => ({ host, port, isImplicitTls });
      const wanted: ListenAt[] = [...settings.smtpPorts.map(at(false)), ...settings.smtpsPorts.map(at(true))];
      try {
        for (const each of wanted) {
          const { port } = await listener.listen(each);
          log.info({ port, isImplicitTls: each.isImplicitTls }, 'mail of applications is taken by SMTP');
        }
      } catch (error) {
        stopWatching();
        await listener.close();
        throw error;
      }
    },
    async close() {
      stopWatching();
      await listener?.close();
      health.stop();
    },
    connections: () => listener?.connections() ?? 0,
  };
}

const lookAgainMilliseconds = 500;

/**
 * After something went wrong it asks the database until it answers. A sick one puts off new connections and messages with
 * a word, instead of each with a wait of its own.
 */
function watchDatabase(reads: Queryable): { suspect(): void; isSick(): boolean; stop(): void } {
  let isSick = false;
  let isAsking = false;
  let timer: NodeJS.Timeout | undefined;

  async function ask(): Promise<void> {
    isAsking = true;
    try {
      await reads.query`select 1`;
      isSick = false;
    } catch {
      isSick = true;
      timer = setTimeout(ask, lookAgainMilliseconds).unref();
    }
    isAsking = isSick;
  }
  return {
    suspect() {
      if (!isAsking) void ask();
    },
    isSick: () => isSick,
    stop: () => clearTimeout(timer),
  };
}
