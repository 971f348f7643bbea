// SPF, DKIM, DMARC and ARC of one mail, by mailauth. Sources: RFC 7208, 6376, 8301, 8463, 9989, 8617.
// The library's own entry is not used: it would load what shows logos (BIMI) too, and hash bodies as often as a stranger asks.

import { isIP } from 'node:net';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { ARCData, DKIMResult } from 'mailauth';
import { arc } from 'mailauth/lib/arc/index.js';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { evaluateDmarc } from 'mailauth/lib/dmarc/index.js';
import { spf } from 'mailauth/lib/spf/index.js';
import type { Authentication } from './authentication.ts';
import type { LookUp } from './bounded-look-up.ts';
import { type CheckedSource, chooseChecked } from './checked-source.ts';

export type MailToAuthenticate = {
  source: Buffer;
  client: { address: string; helo: string };
  mailFrom: string;
  hostName: string;
  lookUp: LookUp;
  now: Date;
};

/** A body is hashed in pieces of this size, so that others get their turn between them. */
const pieceLength = 128 * 1024;

/** Strict: what we say in our name follows the RFCs to the letter. */
const strict = true;

export async function authenticateMail(mail: MailToAuthenticate): Promise<Authentication> {
  const { client, lookUp: resolver } = mail;
  const checked = chooseChecked(mail.source);
  const helo = isIP(client.helo) ? `[${client.helo}]` : client.helo;
  const [spfResult, dkim] = await Promise.all([
    spf({ sender: mail.mailFrom, ip: client.address, helo, mta: mail.hostName, resolver, strict }),
    dkimVerify(Readable.from(piecesOf(checked)), { resolver, sender: mail.mailFrom, curTime: mail.now, strict }),
  ]);
  // Its `chain` is false where there is none, which its declaration keeps from `arc`.
  const arcResult = dkim.arc ? await arc(dkim.arc as ARCData, { resolver, strict, ip: client.address }) : undefined;
  const { response: dmarc } = await evaluateDmarc({
    headerFrom: dkim.headerFrom,
    fromFields: dkim.fromFields,
    spfDomains: spfResult.status.result === 'pass' ? [spfResult.domain] : [],
    dkimDomains: dkim.results.filter(each => each.status.result === 'pass').map(domainOf),
    ...(arcResult ? { arcResult } : {}),
    resolver,
    strict,
  });

  const tooLarge = 'dkim=neutral (the header is too large to be checked)';
  return {
    spf: wordOf(spfResult.status.result),
    dkim: checked.isWhole ? bestOf(dkim.results.map(each => each.status.result)) : 'neutral',
    dmarc: dmarc ? wordOf(dmarc.status.result) : 'none',
    arc: arcResult ? wordOf(arcResult.status.result) : 'none',
    details: [
      spfResult.info,
      ...(checked.isWhole ? dkim.results.map(each => each.info) : [tooLarge]),
      // A mail with no author, or with several of different domains, has no policy to ask for (RFC 9989 5.3.1).
      dmarc ? dmarc.info : 'dmarc=none',
      arcResult?.info ?? 'arc=none',
    ].filter(info => info !== undefined),
  };
}

function domainOf({ id = '', signingDomain = '', status: { aligned = false, underSized = 0 } }: DKIMResult) {
  return { id, domain: signingDomain, aligned, underSized };
}

async function* piecesOf({ header, body }: CheckedSource): AsyncGenerator<Buffer> {
  yield header;
  for (let position = 0; position < body.length; position += pieceLength) {
    if (position > 0) await setImmediate();
    yield body.subarray(position, position + pieceLength);
  }
}

const ranking = ['pass', 'temperror', 'permerror', 'fail', 'policy', 'neutral', 'none'] as const;

/** One signature that holds is enough; of failures the one that may pass later says most. */
function bestOf(results: readonly string[]): (typeof ranking)[number] {
  return ranking.find(result => results.includes(result)) ?? 'none';
}

/** The library's results are those of the RFCs, declared as any text. */
function wordOf<T extends string>(result: string): T {
  return result as T;
}
