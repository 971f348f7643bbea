// Reports in the form of RFC 3464, by what the reporter or the server behind it says.

import type { BounceTypeName } from '../bounce-types.ts';
import { type CorpusReport, deliveryStatus, messageId, type StatusGroup } from './corpus-report.ts';

/** `[source, type, status, diagnostic]`: the failure of one recipient. */
const failures: readonly [source: string, type: BounceTypeName, status: string, diagnostic: string][] = [
  ['Postfix bounce(8): unknown local user', 'HardBounce', '5.1.1', 'x-postfix; unknown user: "ana"'],
  [
    'Postfix smtp(8) quoting Dovecot LMTP',
    'HardBounce',
    '5.1.1',
    "smtp; 550 5.1.1 <ana@buyer.test> User doesn't exist: ana@buyer.test",
  ],
  [
    'Google: NoSuchUser',
    'HardBounce',
    '5.1.1',
    "smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 double-checking the recipient's email address for typos or 550 5.1.1 unnecessary spaces. - gsmtp",
  ],
  [
    'Exchange Online: recipient not found',
    'HardBounce',
    '5.1.10',
    'smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ana@buyer.test not found by SMTP address lookup',
  ],
  ['Exchange 2010: recipient not found', 'HardBounce', '5.1.1', 'smtp;550 5.1.1 RESOLVER.ADR.RecipNotFound; not found'],
  [
    'Exchange Online: directory-based edge blocking',
    'HardBounce',
    '5.4.1',
    'smtp;550 5.4.1 Recipient address rejected: Access denied. [AM6EUR05FT012.eop-eur05.prod.protection.outlook.test]',
  ],
  [
    'Yahoo',
    'HardBounce',
    '5.0.0',
    "smtp; 554 delivery error: dd This user doesn't have a yahoo.test account (ana@buyer.test) [0]",
  ],
  ['Apple iCloud', 'HardBounce', '5.1.1', 'smtp; 550 5.1.1 <ana@buyer.test>: user does not exist'],
  ['Sendmail', 'HardBounce', '5.1.1', 'SMTP; 550 5.1.1 <ana@buyer.test>... User unknown'],
  ['Exim: unrouteable address', 'HardBounce', '5.0.0', 'X-Exim; Unrouteable address'],
  ['Domino', 'HardBounce', '5.1.1', 'X-Notes; User ana (ana@buyer.test) not listed in Domino Directory'],
  ['PowerMTA: bad domain', 'HardBounce', '5.1.2', 'X-PowerMTA; bad-domain (domain does not exist)'],
  [
    'Orange (France)',
    'HardBounce',
    '5.1.1',
    "smtp; 550 5.1.1 Adresse d'au moins un destinataire invalide. Invalid recipient. OFR204_104",
  ],
  ['RFC 3463 without words', 'HardBounce', '5.1.1', ''],
  ['Mailbox moved without a forwarding address, RFC 3463 X.1.6', 'HardBounce', '5.1.6', ''],
  ['Postfix virtual(8): quota', 'SoftBounce', '5.2.2', 'X-Postfix; maildir delivery failed: Disk quota exceeded'],
  ['Postfix local(8): command', 'Unknown', '5.3.0', 'x-unix; Command died with status 127'],
  [
    'Google: over quota',
    'SoftBounce',
    '5.2.2',
    'smtp; 552-5.2.2 The email account that you tried to reach is over quota. Please direct the recipient to OverQuotaPerm',
  ],
  [
    'Google: disabled account',
    'SoftBounce',
    '5.2.1',
    'smtp; 550-5.2.1 The email account that you tried to reach is disabled. DisabledUser',
  ],
  [
    'Exchange: quota exceeded',
    'SoftBounce',
    '5.2.2',
    'smtp;554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded',
  ],
  ['Message too large, RFC 3463 X.3.4', 'SoftBounce', '5.3.4', 'smtp; 552 5.3.4 Message size exceeds fixed limit'],
  ['Exchange: expired', 'SoftBounce', '4.4.7', 'smtp;550 4.4.7 QUEUE.Expired; message expired'],
  ['Sendmail: timed out', 'SoftBounce', '4.4.1', 'SMTP; 421 4.4.1 Connection timed out with mx.buyer.test.'],
  ['Postfix: gave up on a 4xx', 'SoftBounce', '4.1.1', 'smtp; 450 4.1.1 <ana@buyer.test>: User unknown'],
  [
    'Postfix: connection refused',
    'SoftBounce',
    '4.4.1',
    'X-Postfix; connect to mx.buyer.test[192.0.2.25]:25: Connection refused',
  ],
  [
    'Postfix: DNS did not answer',
    'DnsError',
    '4.4.3',
    'X-Postfix; Host or domain name not found. Name service error for name=buyer.test type=MX: Host not found, try again',
  ],
  ['Exchange: DNS', 'DnsError', '4.4.4', ''],
  ['Sendmail: MX loop', 'DnsError', '5.4.6', 'X-Unix; mail for buyer.test loops back to me (MX problem?)'],
  [
    'Google: reputation of our address, behind a status for unknown users',
    'Blocked',
    '5.1.1',
    'smtp; 550-5.7.1 [192.0.2.10] Our system has detected an unusual rate of unsolicited mail originating from your IP address',
  ],
  [
    'Microsoft: S3140',
    'Blocked',
    '5.7.1',
    'smtp;550 5.7.1 Unfortunately, messages from [192.0.2.10] weren\u2019t sent. Part of their network is on our block list (S3140).',
  ],
  [
    'Microsoft: banned sending IP',
    'Blocked',
    '5.7.606',
    'smtp;550 5.7.606 Access denied, banned sending IP [192.0.2.10]',
  ],
  [
    'Yahoo: TSS',
    'Blocked',
    '5.7.2',
    'smtp; 553 5.7.2 [TSS09] All messages from 192.0.2.10 will be permanently deferred',
  ],
  ['Apple: local policy', 'Blocked', '5.7.1', 'smtp; 554 5.7.1 [CS01] Message rejected due to local policy'],
  [
    'Proofpoint: ipcheck',
    'Blocked',
    '5.7.0',
    'smtp; 550 5.7.0 Blocked - see https://ipcheck.proofpoint.test/?ip=192.0.2.10',
  ],
  ['Mimecast: reputation', 'Blocked', '5.0.0', 'smtp; 550 csi.mimecast.test Poor Reputation Sender.'],
  [
    'Barracuda: reputation',
    'Blocked',
    '5.0.0',
    'smtp; 554 Service unavailable; Client host [out.shop.test] blocked using Barracuda Reputation',
  ],
  [
    'Postfix with a block list, told with the status of unknown users',
    'Blocked',
    '5.1.1',
    'smtp; 550 5.1.1 <ana@buyer.test>: Recipient address rejected: your IP is blacklisted at zen.spamhaus.test',
  ],
  [
    'Cisco IronPort: sender reputation',
    'Blocked',
    '5.0.0',
    "smtp; 554 Your access to this mail system has been rejected due to the sending MTA's poor reputation",
  ],
  ['Sendmail makes 5.1.1 of any 550', 'Unknown', '5.1.1', 'SMTP; 550 Rejected'],
  ['Sendmail makes 5.1.1 of a policy refusal', 'Blocked', '5.1.1', 'SMTP; 550 Administrative prohibition'],
  [
    'Exim: sender verification',
    'Blocked',
    '5.0.0',
    'smtp; 550 Verification failed for <desk@shop.test> No Such User Here Sender verify failed',
  ],
  [
    'Postfix: sender refused',
    'Blocked',
    '5.1.0',
    'smtp; 550 5.1.0 <desk@shop.test>: Sender address rejected: User unknown',
  ],
  ['Postfix: relay denied', 'Blocked', '5.7.1', 'smtp; 554 5.7.1 <ana@buyer.test>: Relay access denied'],
  [
    'Exchange: sender not in the group',
    'Blocked',
    '5.7.133',
    'smtp;550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup',
  ],
  ['RFC 7372: SPF', 'Blocked', '5.7.23', 'smtp; 550 5.7.23 Message rejected due to: SPF fail - not authorized'],
  ['RFC 3463 X.7.1 without words', 'Blocked', '5.7.1', ''],
  [
    'Google: DMARC',
    'DMARCPolicy',
    '5.7.26',
    "smtp; 550-5.7.26 Unauthenticated email from shop.test is not accepted due to domain's 550-5.7.26 DMARC policy.",
  ],
  [
    'Microsoft: DMARC',
    'DMARCPolicy',
    '5.7.509',
    'smtp;550 5.7.509 Access denied, sending domain shop.test does not pass DMARC verification and has a DMARC policy of reject.',
  ],
  [
    'Google: content',
    'SpamNotification',
    '5.7.1',
    'smtp; 550-5.7.1 Our system has detected that this message is likely unsolicited mail.',
  ],
  ['SpamAssassin behind Exim', 'SpamNotification', '5.0.0', 'smtp; 550 This message scored 11.2 spam points.'],
  ['Rspamd', 'SpamNotification', '5.7.1', 'smtp; 554 5.7.1 Spam message rejected'],
  ['ClamAV', 'VirusNotification', '5.7.1', 'smtp; 554 5.7.1 Message contains a virus: Eicar-Test-Signature'],
  ['Amavis', 'VirusNotification', '5.7.0', 'smtp; 550 5.7.0 Reject, id=04-1 - INFECTED: Eicar-Signature'],
  [
    'Spam Arrest',
    'ChallengeVerification',
    '5.7.1',
    'smtp; 550 This address is protected by Spam Arrest; please verify you sent the message',
  ],
  ['Nothing to go by', 'Unknown', '5.0.0', 'smtp; 554 Transaction failed'],
];

const notFailures: readonly [source: string, group: StatusGroup, type: BounceTypeName | null][] = [
  [
    'Postfix: delayed',
    {
      to: 'ana@buyer.test',
      action: 'delayed',
      status: '4.4.1',
      diagnostic: 'X-Postfix; connect to mx.buyer.test[192.0.2.25]:25: Connection timed out',
    },
    'Transient',
  ],
  [
    'Sendmail: delayed, with the words of an unknown user',
    { to: 'ana@buyer.test', action: 'delayed', status: '4.1.1', diagnostic: 'SMTP; 450 User unknown' },
    'Transient',
  ],
  [
    'Exchange: delayed',
    {
      to: 'ana@buyer.test',
      action: 'delayed',
      status: '4.4.7',
      more: 'Will-Retry-Until: Wed, 8 Jan 2025 10:00:00 +0000',
    },
    'Transient',
  ],
  ['No action, a temporary status', { to: 'ana@buyer.test', action: '', status: '4.2.2' }, 'Transient'],
  [
    'RFC 3461 NOTIFY=SUCCESS: delivered',
    { to: 'ana@buyer.test', action: 'delivered', status: '2.1.5', diagnostic: 'smtp; 250 2.1.5 Delivered' },
    null,
  ],
  ['RFC 3461: relayed to a system without DSN', { to: 'ana@buyer.test', action: 'relayed', status: '2.0.0' }, null],
  ['RFC 3461: expanded by a list', { to: 'ana@buyer.test', action: 'expanded', status: '2.0.0' }, null],
];

export const deliveryStatusReports: readonly CorpusReport[] = [
  ...failures.map(
    ([source, type, status, diagnostic]): CorpusReport => ({
      name: `RFC 3464, ${type}: ${source}`,
      source,
      mail: deliveryStatus({ groups: [{ to: 'ana@buyer.test', status, diagnostic }] }),
      expected: { kind: 'delivery_report', recipients: { 'ana@buyer.test': type }, messageId },
    }),
  ),
  ...notFailures.map(
    ([source, group, type]): CorpusReport => ({
      name: `RFC 3464, no failure: ${source}`,
      source,
      mail: deliveryStatus({ groups: [group], subject: 'Delivery Status Notification' }),
      expected: { kind: 'delivery_report', recipients: { 'ana@buyer.test': type }, messageId },
    }),
  ),
  {
    name: 'four recipients with four results',
    source: 'RFC 3464 2.3: a group for each recipient',
    mail: deliveryStatus({
      groups: [
        { to: 'ana@buyer.test', status: '5.1.1', diagnostic: 'smtp; 550 5.1.1 User unknown' },
        { to: 'bob@buyer.test', status: '5.2.2', diagnostic: 'smtp; 552 5.2.2 Mailbox full' },
        { to: 'eve@buyer.test', action: 'delayed', status: '4.4.1' },
        { to: 'joe@buyer.test', action: 'delivered', status: '2.0.0' },
      ],
    }),
    expected: {
      kind: 'delivery_report',
      recipients: {
        'ana@buyer.test': 'HardBounce',
        'bob@buyer.test': 'SoftBounce',
        'eve@buyer.test': 'Transient',
        'joe@buyer.test': null,
      },
    },
  },
  {
    name: 'the original recipient outranks the one that a forwarder wrote to',
    source: 'RFC 3464 2.3.1',
    mail: deliveryStatus({
      groups: [
        {
          to: 'ana.b@elsewhere.test',
          status: '5.1.1',
          diagnostic: 'smtp; 550 5.1.1 No such user',
          more: 'Original-Recipient: rfc822;ana@buyer.test',
        },
      ],
    }),
    expected: { kind: 'delivery_report', recipients: { 'ana@buyer.test': 'HardBounce' } },
  },
  {
    name: 'two groups without the empty line between them',
    source: 'RFC 3464 2.1, as a gateway breaks it',
    mail: deliveryStatus({
      groups: [
        {
          to: 'ana@buyer.test',
          status: '5.1.1',
          diagnostic: 'smtp; 550 5.1.1 User unknown',
          more: 'Final-Recipient: rfc822; bob@buyer.test\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 550 5.7.1 Blocked',
        },
      ],
    }),
    expected: { kind: 'delivery_report', recipients: { 'ana@buyer.test': 'HardBounce', 'bob@buyer.test': 'Blocked' } },
  },
  {
    name: 'an address in another script',
    source: 'RFC 6533 3: utf-8 addresses with escapes',
    mail: deliveryStatus({ groups: [] })
      .replace(
        'Arrival-Date: Mon,  6 Jan 2025 10:00:00 +0000\n\n',
        'Arrival-Date: Mon,  6 Jan 2025 10:00:00 +0000\n\nFinal-Recipient: utf-8; j\\x{F6}rg@buyer.test\nAction: failed\nStatus: 5.1.1\n',
      )
      .replace('message/delivery-status', 'message/global-delivery-status'),
    expected: { kind: 'delivery_report', recipients: { 'j\u00f6rg@buyer.test': 'HardBounce' } },
  },
  {
    name: 'a diagnostic of several lines, with the status at the end of the first',
    source: 'Exchange Online, folded as RFC 5322 2.2.3 asks',
    mail: deliveryStatus({
      groups: [
        {
          to: 'ana@buyer.test',
          status: '5.7.1',
          diagnostic:
            'smtp;550 5.7.1\n TRANSPORT.RULES.RejectMessage; the message was rejected by\n organization policy',
        },
      ],
    }),
    expected: { kind: 'delivery_report', recipients: { 'ana@buyer.test': 'Blocked' } },
  },
  {
    name: 'a bare refusal beside a text that speaks of somebody else',
    source: 'RFC 3464 2.3: a group for each recipient',
    mail: deliveryStatus({
      notice: 'Some recipients are unknown users: no such user here.',
      groups: [
        { to: 'ana@buyer.test', status: '5.1.1', diagnostic: 'smtp; 550 5.1.1 User unknown' },
        { to: 'bob@buyer.test', status: '5.0.0', diagnostic: 'smtp; 554 Rejected' },
      ],
    }),
    expected: { kind: 'delivery_report', recipients: { 'ana@buyer.test': 'HardBounce', 'bob@buyer.test': 'Unknown' } },
  },
  {
    name: 'the reason stands only in the text for people',
    source: 'Courier: no Diagnostic-Code',
    mail: deliveryStatus({
      notice:
        'UNDELIVERABLE MAIL\n\nYour message to the following recipients cannot be delivered:\n\n<ana@buyer.test>:\n    mx.buyer.test [192.0.2.25]:\n <<< 550 Your IP address is listed in a DNSBL',
      groups: [{ to: 'ana@buyer.test', status: '5.0.0' }],
    }),
    expected: { kind: 'delivery_report', recipients: { 'ana@buyer.test': 'Blocked' } },
  },
];
