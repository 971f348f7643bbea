// Checks a mail of the world: who sent it (SPF, DKIM, DMARC, ARC) and whether it is spam. Says what it found as header fields
// and as plain words; what becomes of the mail is the caller's business. Never throws, and never takes longer than its limits.

import type { HeaderField } from '@pennyblack/email/inbound/inbound-mail.ts';
import type { Clock } from '@pennyblack/runtime/clock.ts';
import type { DnsResolver } from '../smtp-outbound/dns-resolver.ts';
import {
  type ArcResult,
  type Authentication,
  type DkimResult,
  type DmarcResult,
  nothingFoundOut,
  type SpfResult,
} from './authentication.ts';
import { authenticationResults, receivedSpf } from './authentication-fields.ts';
import { createBoundedLookUp } from './bounded-look-up.ts';
import { createPatience } from './patience.ts';
import { scoredMail } from './scored-mail.ts';
import { askSpamd, type SpamdAddress, type SpamdAnswer } from './spamd-client.ts';
import { spamFields } from './spamd-reply.ts';

export type MailToCheck = {
  /** As it came, with CRLF line ends. */
  source: Buffer;
  client: { address: string; helo: string };
  /** Empty for the null sender. */
  mailFrom: string;
};

export type MailCheck = {
  /**
   * In the order in which they stand before the mail's own: X-Spam-* where there is a score, Received-SPF,
   * Authentication-Results. A tab in a value is a place where the line may be broken.
   */
  fields: HeaderField[];
  /** Undefined when nobody was asked, or nobody answered. */
  spamScore: number | undefined;
  spf: SpfResult;
  dkim: DkimResult;
  dmarc: DmarcResult;
  arc: ArcResult;
};

export type MailChecks = { check(mail: MailToCheck): Promise<MailCheck> };

export type MailChecksOptions = {
  resolver: DnsResolver;
  /** Undefined: nothing is scored. */
  spamd: SpamdAddress | undefined;
  /** Our name in Authentication-Results (RFC 8601 2.5). */
  hostName: string;
  clock: Clock;
  /** Told of each question to spamd; `failed` says why in `reason`. */
  onSpamAnswer?: (answer: SpamdAnswer) => void;
  /** Told of a mail that could not be checked because of a mistake of ours or of a library's. */
  onError?: (error: unknown) => void;
  /** For all look-ups of one mail together. Default 10 s; what was not found out by then is a temperror. */
  timeoutInMilliseconds?: number;
  /** Default 30 s. */
  spamdTimeoutInMilliseconds?: number;
};

/** For all look-ups of a mail and for one, when its client, or all clients of late, have kept us waiting. */
const short = { timeoutInMilliseconds: 3000, questionInMilliseconds: 1000 };
const shortSpamdMilliseconds = 3000;
/** So many in a row are no chance: it is our resolver, or spamd. */
const hungClientsMax = 16;
const hungScoresMax = 5;

/** The SPF alone may ask 10 names and their addresses, DMARC walks up to eight, each signature has its key. */
const lookUpsMax = 100;

export function createMailChecks(options: MailChecksOptions): MailChecks {
  const { resolver, spamd, hostName } = options;
  const { timeoutInMilliseconds = 10_000, spamdTimeoutInMilliseconds = 30_000 } = options;
  const clients = createPatience(hungClientsMax);
  const scores = createPatience(hungScoresMax);

  async function authenticate(mail: MailToCheck): Promise<Authentication> {
    const client = mail.client.address;
    const long = { timeoutInMilliseconds, questionInMilliseconds: timeoutInMilliseconds };
    const lookUp = createBoundedLookUp(resolver, { ...(clients.isShort(client) ? short : long), lookUpsMax });
    try {
      // Loaded when the first mail comes: it costs half a second, which no other process should pay.
      const { authenticateMail } = await import('./authenticate-mail.ts');
      return await authenticateMail({ ...mail, hostName, lookUp: lookUp.ask, now: options.clock.now() });
    } catch (error) {
      options.onError?.(error);
      return nothingFoundOut;
    } finally {
      clients.note(lookUp.hasHung(), client);
      lookUp.end();
    }
  }

  async function score(mail: MailToCheck): Promise<SpamdAnswer | undefined> {
    if (spamd === undefined) return undefined;
    const milliseconds = scores.isShort()
      ? Math.min(shortSpamdMilliseconds, spamdTimeoutInMilliseconds)
      : spamdTimeoutInMilliseconds;
    const startedAt = performance.now();
    const answer = await askSpamd(spamd, scoredMail(mail, hostName, options.clock.now()), milliseconds);
    scores.note(answer.kind === 'failed' && performance.now() - startedAt >= milliseconds - 1);
    options.onSpamAnswer?.(answer);
    return answer;
  }

  return {
    async check(mail) {
      const [authentication, answer] = await Promise.all([authenticate(mail), score(mail)]);
      const { spf, dkim, dmarc, arc } = authentication;
      const verdict = answer?.kind === 'scored' ? answer.verdict : undefined;
      return {
        fields: [
          ...(verdict ? spamFields(verdict) : []),
          receivedSpf(spf, mail),
          authenticationResults(hostName, authentication),
        ],
        spamScore: verdict?.score,
        spf,
        dkim,
        dmarc,
        arc,
      };
    },
  };
}
