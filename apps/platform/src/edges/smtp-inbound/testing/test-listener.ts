// A listener for one test: takes everything for `inbox.test`, remembers what it was given, and ends with the test.

import type { TestContext } from 'node:test';
import { makeCertificate } from '../../../../../../tools/fake-world/certificates.ts';
import { createClientOpener, type SmtpClient } from '../../smtp-listener/testing/smtp-client.ts';
import type { Deliver, InboundMail } from '../contract.ts';
import { createInboundListener, type InboundLimits, type InboundListener } from '../inbound-listener.ts';

export const certificate = await makeCertificate('mx.pennyblack.test');

export type TestListener = {
  listener: InboundListener;
  port: number;
  mails: InboundMail[];
  errors: unknown[];
  /** Greeted, and EHLO said. */
  open(): Promise<SmtpClient>;
  /** MAIL and RCPT said and accepted. */
  openEnvelope(): Promise<SmtpClient>;
};

export async function startTestListener(
  t: TestContext,
  { limits = {}, deliver }: { limits?: Partial<InboundLimits>; deliver?: Deliver } = {},
): Promise<TestListener> {
  const mails: InboundMail[] = [];
  const errors: unknown[] = [];
  const listener = createInboundListener({
    hostName: 'mx.pennyblack.test',
    tls: certificate,
    limits,
    acceptRecipient: address =>
      address.endsWith('@inbox.test')
        ? { kind: 'accepted' }
        : { kind: 'refused', code: 550, enhanced: '5.1.1', text: 'Nobody of that name' },
    deliver: async mail => {
      mails.push(mail);
      return deliver ? deliver(mail) : { kind: 'stored' };
    },
    onError: error => errors.push(error),
  });
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
  const { open, closeAll } = createClientOpener(port);
  t.after(async () => {
    closeAll();
    await listener.close();
  });

  return {
    listener,
    port,
    mails,
    errors,
    open,
    async openEnvelope() {
      const client = await open();
      await client.say('MAIL FROM:<>');
      await client.say('RCPT TO:<ana@inbox.test>');
      return client;
    },
  };
}
