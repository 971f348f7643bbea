// The thread that reads large mail for mail-reader.ts.

import { parentPort } from 'node:worker_threads';
import { readInboundMail } from '@pennyblack/email/inbound/read-inbound-mail.ts';
import { summarizeMail } from './describe-mail.ts';
import type { ReadingAnswer, ReadingTask } from './mail-reader.ts';
import { postOf } from './read-post.ts';

parentPort?.on('message', (task: ReadingTask) => {
  const source = Buffer.from(task.source.buffer, task.source.byteOffset, task.source.byteLength);
  const mail = readInboundMail(source);
  const result = task.kind === 'summarize' ? summarizeMail(mail) : postOf(source, mail, task.about);
  parentPort?.postMessage({ id: task.id, result } satisfies ReadingAnswer);
});
