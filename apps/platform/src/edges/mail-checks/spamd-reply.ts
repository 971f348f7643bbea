// Reads what spamd answers to HEADERS, and words it as header fields. Pure.
// Sources: SpamAssassin's spamd/PROTOCOL (version 1.5), Mail::SpamAssassin::Conf (X-Spam-Status).

import type { HeaderField } from '@pennyblack/email/inbound/inbound-mail.ts';

export type SpamVerdict = {
  score: number;
  /** Names of the rules that hit. */
  tests: readonly string[];
  /** Such as `SpamAssassin 4.0.1 (2024-03-26) on mx1`; undefined when spamd is told not to say it. */
  checkerVersion: string | undefined;
};

/** SpamAssassin's own mark, apart from what a server's InboundSpamThreshold blocks. */
const scoreOfSpam = 5;
const testsMax = 300;

/** Undefined for what is no complete answer. */
export function readSpamdReply(reply: Buffer): SpamVerdict | undefined {
  const text = reply.toString('latin1');
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const head = text.slice(0, headEnd);
  // `SPAMD/1.1 0 EX_OK`: another number is a failure of spamd.
  if (!/^SPAMD\/\d\.\d 0 /.test(head)) return undefined;
  const score = /^Spam: [a-z]{1,10} ; (-?\d{1,6}(?:\.\d{1,6})?) \/ /im.exec(head)?.[1];
  if (score === undefined) return undefined;
  const length = /^Content-length: (\d{1,9})$/im.exec(head)?.[1];
  const body = text.slice(headEnd + 4);
  if (length !== undefined && Buffer.byteLength(body, 'latin1') < Number(length)) return undefined;

  const fields = body.replace(/\r?\n[ \t]+/g, ' ');
  const tests = /^X-Spam-Status: .*?tests=([\w,. ]*?)(?: \w+=|\r?$)/im.exec(fields)?.[1] ?? '';
  return {
    score: Number(score),
    tests: tests
      .split(/[, ]+/)
      .filter(test => test !== '' && test !== 'none')
      .slice(0, testsMax),
    checkerVersion: /^X-Spam-Checker-Version: (.{1,200}?)\r?$/im.exec(fields)?.[1],
  };
}

/** In the order in which Postmark writes them. */
export function spamFields({ score, tests, checkerVersion }: SpamVerdict): HeaderField[] {
  return [
    ...(checkerVersion === undefined ? [] : [{ name: 'X-Spam-Checker-Version', value: checkerVersion }]),
    { name: 'X-Spam-Status', value: score >= scoreOfSpam ? 'Yes' : 'No' },
    { name: 'X-Spam-Score', value: String(score) },
    { name: 'X-Spam-Tests', value: tests.join(',') },
  ];
}
