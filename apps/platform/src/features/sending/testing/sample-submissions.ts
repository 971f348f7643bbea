// For tests: a message as a client hands it over by SMTP, to be changed where a test wants it otherwise.

import type { Submission } from '../../../edges/smtp-submission/contract.ts';
import type { SendingServer } from '../../servers/server.ts';
import type { SubmissionCaller } from '../../streams/submission-caller.ts';

export const sampleSource = [
  'From: "Shop \\"Desk\\"" <desk@shop.test>',
  'To: Ana <ana@buyer.test>',
  'Subject: Order 1187',
  'Message-ID: <order-1187@shop.test>',
  'Date: Thu, 27 Mar 2025 23:15:33 +0000',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Thanks',
  '',
].join('\r\n');

export type SampleSubmission = {
  source?: string | Buffer;
  recipients?: readonly string[];
  streamId?: string;
  credential?: string;
  isTest?: boolean;
  isSmtpUtf8?: boolean;
};

export function sampleSubmission(server: SendingServer, changes: SampleSubmission = {}): Submission<SubmissionCaller> {
  const { source = sampleSource, recipients = ['ana@buyer.test'], isSmtpUtf8 = false } = changes;
  return {
    caller: {
      serverId: server.serverId,
      server,
      credential: changes.credential ?? 'server-token:1',
      streamId: changes.streamId,
      isTest: changes.isTest ?? false,
    },
    envelope: {
      mailFrom: 'bounces@shop.test',
      recipients: recipients.map(address => ({ address })),
      isSmtpUtf8,
      body: '8BITMIME',
    },
    source: Buffer.from(source),
    client: { address: '127.0.0.1', helo: 'client.shop.test', isEncrypted: true },
  };
}

/** The sample with fields put on top. */
export function withFields(...fields: readonly string[]): string {
  return `${fields.map(field => `${field}\r\n`).join('')}${sampleSource}`;
}
