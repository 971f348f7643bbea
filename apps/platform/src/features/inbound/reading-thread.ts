// The thread that reads large mail for mail-reader.ts.

import { parentPort } from 'node:worker_threads';
import type { InboundMail } from '@pennyblack/email/inbound/inbound-mail.ts';
import { readInboundMail } from '@pennyblack/email/inbound/read-inbound-mail.ts';
import { type MailSummary, summarizeMail } from './describe-mail.ts';
import type { ReadAttachment, ReadingAnswer, ReadingTask } from './mail-reader.ts';
import { postOf } from './read-post.ts';

parentPort?.on('message', (task: ReadingTask) => {
  const source = Buffer.from(task.source.buffer, task.source.byteOffset, task.source.byteLength);
  const mail = readInboundMail(source);
  parentPort?.postMessage({ id: task.id, result: resultOf(task, source, mail) } satisfies ReadingAnswer);
});

function resultOf(
  task: ReadingTask,
  source: Buffer,
  mail: InboundMail,
): MailSummary | string | ReadAttachment | undefined {
  switch (task.kind) {
    case 'summarize':
      return summarizeMail(mail);
    case 'post':
      return postOf(source, mail, task.about);
    case 'attachment': {
      const attachment = mail.attachments[task.position];
      return attachment && { ...attachment, content: new Uint8Array(attachment.content) };
    }
  }
}
