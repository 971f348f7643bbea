// The whole corpus: what tests and mutations go through.

import { answerReports } from './answers.ts';
import { complaints } from './complaints.ts';
import type { CorpusReport } from './corpus-report.ts';
import { deliveryStatusReports } from './delivery-status.ts';
import { hardToRead } from './hard-to-read.ts';
import { otherLanguages } from './other-languages.ts';
import { writtenNotices } from './written-notices.ts';

export const corpus: readonly CorpusReport[] = [
  ...deliveryStatusReports,
  ...writtenNotices,
  ...otherLanguages,
  ...complaints,
  ...answerReports,
  ...hardToRead,
];

export function sourceOf(report: CorpusReport): Buffer {
  return Buffer.from(report.mail.replaceAll('\n', '\r\n'));
}
