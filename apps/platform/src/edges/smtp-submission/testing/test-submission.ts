// A submission listener for one test: `app` with the password `secret` may log in until it is revoked. It remembers what it
// was given, and ends with the test.

import { createHmac } from 'node:crypto';
import type { TestContext } from 'node:test';
import { makeCertificate } from '../../../../../../tools/fake-world/certificates.ts';
import { createClientOpener, type SmtpClient } from '../../smtp-listener/testing/smtp-client.ts';
import type { Authenticate, Submission, Submit } from '../contract.ts';
import {
  createSubmissionListener,
  type SubmissionLimits,
  type SubmissionListener,
  type SubmissionListenerOptions,
} from '../submission-listener.ts';

export type TestCaller = { name: string };

const certificate = await makeCertificate('smtp.pennyblack.test');

export type TestSubmission = {
  listener: SubmissionListener;
  port: number;
  tlsPort: number;
  submissions: Submission<TestCaller>[];
  errors: unknown[];
  answers: number[];
  logins: string[];
  revoke(): void;
  /** Greeted, and EHLO said. */
  open(): Promise<SmtpClient>;
  /** And logged in. */
  openSession(): Promise<SmtpClient>;
};

export type TestSubmissionOptions = Partial<
  Pick<
    SubmissionListenerOptions<TestCaller>,
    'allowsCleartextAuth' | 'allowsCramMd5' | 'isTakingMail' | 'authenticate' | 'submit'
  >
> & { limits?: Partial<SubmissionLimits> };

export const plain = (user: string, password: string) => Buffer.from(`\0${user}\0${password}`).toString('base64');

/** Sooner than in earnest, so that tests do not wait. */
export const quickThrottle = {
  waitsInMilliseconds: [0, 0, 5],
  failuresMax: 5,
  waitingMax: 2,
  forgetAfterSeconds: 600,
  entriesMax: 100,
};

export async function startTestSubmission(
  t: Pick<TestContext, 'after'>,
  options: TestSubmissionOptions = {},
): Promise<TestSubmission> {
  const submissions: Submission<TestCaller>[] = [];
  const errors: unknown[] = [];
  const answers: number[] = [];
  const logins: string[] = [];
  let isRevoked = false;

  const authenticate: Authenticate<TestCaller> = async credentials => {
    const isRight =
      credentials.mechanism === 'CRAM-MD5'
        ? createHmac('md5', 'secret').update(credentials.challenge).digest('hex') === credentials.response
        : credentials.password === 'secret';
    if (credentials.user !== 'app' || !isRight || isRevoked) {
      return { kind: 'refused', code: 535, enhanced: '5.7.8', text: 'Error: authentication failed: wrong' };
    }
    const caller = { name: 'app' };
    return {
      kind: 'accepted',
      caller,
      credential: 'app',
      renew: async () => (isRevoked ? undefined : caller),
    };
  };
  const submit: Submit<TestCaller> = async () => ({ kind: 'stored', messageId: String(submissions.length) });

  const listener = createSubmissionListener<TestCaller>({
    hostName: 'smtp.pennyblack.test',
    tls: certificate,
    allowsCleartextAuth: options.allowsCleartextAuth ?? true,
    allowsCramMd5: options.allowsCramMd5 ?? false,
    authenticate: options.authenticate ?? authenticate,
    submit: async submission => {
      submissions.push(submission);
      return (options.submit ?? submit)(submission);
    },
    ...(options.isTakingMail && { isTakingMail: options.isTakingMail }),
    limits: { throttle: quickThrottle, ...options.limits },
    onAnswer: code => answers.push(code),
    onLogin: end => logins.push(end),
    onError: error => errors.push(error),
  });
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0, isImplicitTls: false });
  const { port: tlsPort } = await listener.listen({ host: '127.0.0.1', port: 0, isImplicitTls: true });
  const { open, closeAll } = createClientOpener(port);
  t.after(async () => {
    closeAll();
    await listener.close();
  });

  return {
    listener,
    port,
    tlsPort,
    submissions,
    errors,
    answers,
    logins,
    revoke: () => {
      isRevoked = true;
    },
    open,
    async openSession() {
      const client = await open();
      await client.say(`AUTH PLAIN ${plain('app', 'secret')}`);
      return client;
    },
  };
}
