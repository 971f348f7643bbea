// Notices for people, of programs that do not or did not write RFC 3464.

import type { BounceTypeName } from '../bounce-types.ts';
import { type CorpusReport, messageId, original, originalHeader, plainNotice } from './corpus-report.ts';

type Recipients = Record<string, BounceTypeName | null>;

const qmail = (paragraphs: string): string =>
  plainNotice({
    from: 'MAILER-DAEMON@mx.buyer.test',
    subject: 'failure notice',
    body: `Hi. This is the qmail-send program at mx.buyer.test.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

${paragraphs}

--- Below this line is a copy of the message.

${original}`,
  });

const exim = (failed: string, addresses: string): string =>
  plainNotice({
    from: 'Mail Delivery System <Mailer-Daemon@mx.buyer.test>',
    subject: 'Mail delivery failed: returning message to sender',
    more: `X-Failed-Recipients: ${addresses}\nAuto-Submitted: auto-replied`,
    body: `This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

${failed}

------ This is a copy of the message, including all the headers. ------

${original}`,
  });

const sendmail = (errors: string, transcript: string): string =>
  plainNotice({
    from: 'Mail Delivery Subsystem <MAILER-DAEMON@mx.buyer.test>',
    subject: 'Returned mail: see transcript for details',
    body: `The original message was received at Mon, 6 Jan 2025 10:00:00 GMT
from out.shop.test [192.0.2.10]

   ----- The following addresses had permanent fatal errors -----
${errors}

   ----- Transcript of session follows -----
${transcript}

   ----- Original message follows -----

${original}`,
  });

const postfix = (paragraphs: string): string =>
  plainNotice({
    from: 'MAILER-DAEMON@mx.buyer.test (Mail Delivery System)',
    subject: 'Undelivered Mail Returned to Sender',
    body: `This is the mail system at host mx.buyer.test.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

${paragraphs}

${original}`,
  });

const exchange2003 = (reason: string): string =>
  plainNotice({
    from: 'System Administrator <postmaster@buyer.test>',
    subject: 'Undeliverable: Your order 1187',
    body: `Your message

  To:      ana@buyer.test; bob@buyer.test
  Subject: Your order 1187
  Sent:    Mon, 6 Jan 2025 10:00:00 +0000

did not reach the following recipient(s):

ana@buyer.test on Mon, 6 Jan 2025 10:00:05 +0000
    ${reason}
`,
  });

const exchange2010 = (reason: string, diagnostics: string): string =>
  plainNotice({
    from: 'Microsoft Exchange <postmaster@buyer.test>',
    subject: 'Undeliverable: Your order 1187',
    body: `Delivery has failed to these recipients or distribution lists:

Ana Buyer<mailto:ana@buyer.test>
${reason}

Diagnostic information for administrators:

Generating server: ex1.buyer.test

ana@buyer.test
${diagnostics}

Original message headers:

${originalHeader}`,
  });

const domino = (reason: string): string =>
  plainNotice({
    from: 'Postmaster@buyer.test',
    subject: 'DELIVERY FAILURE: User ana not listed in Domino Directory',
    body: `Your message

  Subject: Your order 1187

was not delivered to:

  ana@buyer.test

because:

  ${reason}
`,
  });

const one = (type: BounceTypeName): Recipients => ({ 'ana@buyer.test': type });

const notices: readonly [source: string, mail: string, recipients: Recipients, messageId?: string][] = [
  [
    'qmail-send: unknown',
    qmail('<ana@buyer.test>:\nSorry, no mailbox here by that name. (#5.1.1)'),
    one('HardBounce'),
    messageId,
  ],
  [
    'qmail-remote: the answer of another server',
    qmail(
      '<ana@buyer.test>:\n192.0.2.25 does not like recipient.\nRemote host said: 550 5.1.1 User unknown\nGiving up on 192.0.2.25.',
    ),
    one('HardBounce'),
    messageId,
  ],
  [
    'qmail-remote: our address is listed',
    qmail(
      '<ana@buyer.test>:\nConnected to 192.0.2.25 but sender was rejected.\nRemote host said: 554 5.7.1 Your IP is listed by Spamhaus',
    ),
    one('Blocked'),
    messageId,
  ],
  [
    'qmail: quota of vpopmail',
    qmail('<ana@buyer.test>:\nUser is over the quota. (#5.2.2)'),
    one('SoftBounce'),
    messageId,
  ],
  [
    'qmail-remote: in the queue for too long',
    qmail(
      "<ana@buyer.test>:\nSorry, I wasn't able to establish an SMTP connection. (#4.4.1)\nI'm not going to try again; this message has been in the queue too long.",
    ),
    one('SoftBounce'),
    messageId,
  ],
  [
    'qmail: the domain is not hosted here',
    qmail("<ana@buyer.test>:\nSorry, I couldn't find any host named buyer.test. (#5.1.2)"),
    one('HardBounce'),
    messageId,
  ],
  [
    'qmail: relaying',
    qmail("<ana@buyer.test>:\nsorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"),
    one('Blocked'),
    messageId,
  ],
  ['Exim: unknown', exim('  ana@buyer.test\n    Unrouteable address', 'ana@buyer.test'), one('HardBounce'), messageId],
  [
    'Exim: the answer of another server',
    exim(
      '  ana@buyer.test\n    host mx2.buyer.test [192.0.2.26]\n    SMTP error from remote mail server after RCPT TO:<ana@buyer.test>:\n    550 5.1.1 <ana@buyer.test>: Recipient address rejected: User unknown',
      'ana@buyer.test',
    ),
    one('HardBounce'),
    messageId,
  ],
  [
    'Exim: spam',
    exim(
      '  ana@buyer.test\n    host mx2.buyer.test [192.0.2.26]\n    SMTP error from remote mail server after end of data:\n    550 High probability of spam',
      'ana@buyer.test',
    ),
    one('SpamNotification'),
    messageId,
  ],
  [
    'Exim: mailbox full',
    exim('  ana@buyer.test\n    mailbox is full: retry timeout exceeded', 'ana@buyer.test'),
    one('SoftBounce'),
    messageId,
  ],
  [
    'Exim: retries used up',
    exim('  ana@buyer.test\n    retry timeout exceeded', 'ana@buyer.test'),
    one('SoftBounce'),
    messageId,
  ],
  [
    'Exim: an alias',
    exim('  ana@buyer.test\n    (generated from info@buyer.test)\n    unknown user', 'ana@buyer.test'),
    one('HardBounce'),
    messageId,
  ],
  [
    'Exim: a callout that speaks of the sender',
    exim(
      '  ana@buyer.test\n    host mx2.buyer.test [192.0.2.26]\n    SMTP error from remote mail server after RCPT TO:<ana@buyer.test>:\n    550-Verification failed for <desk@shop.test>\n    550-No Such User Here\n    550 Sender verify failed',
      'ana@buyer.test',
    ),
    one('Blocked'),
    messageId,
  ],
  [
    'Sendmail 8',
    sendmail(
      '<ana@buyer.test>\n    (reason: 550 5.1.1 <ana@buyer.test>... User unknown)',
      '... while talking to mx2.buyer.test.:\n>>> RCPT To:<ana@buyer.test>\n<<< 550 5.1.1 <ana@buyer.test>... User unknown\n550 5.1.1 <ana@buyer.test>... User unknown',
    ),
    one('HardBounce'),
    messageId,
  ],
  [
    'Sendmail 8 before reasons',
    sendmail(
      '<ana@buyer.test>',
      '... while talking to mx2.buyer.test.:\n>>> RCPT To:<ana@buyer.test>\n<<< 550 Host blocked by our DNSBL\n550 <ana@buyer.test>... Host blocked by our DNSBL',
    ),
    one('Blocked'),
    messageId,
  ],
  [
    'Sendmail 8: quota',
    sendmail('<ana@buyer.test>\n    (reason: 552 5.2.2 Over quota)', '550 5.2.2 <ana@buyer.test>... Over quota'),
    one('SoftBounce'),
    messageId,
  ],
  [
    'Sendmail 8: no such host',
    sendmail(
      '<ana@buyer.test>\n    (reason: 550 Host unknown)',
      '550 5.1.2 <ana@buyer.test>... Host unknown (Name server: buyer.test: host not found)',
    ),
    one('HardBounce'),
    messageId,
  ],
  [
    'Postfix: unknown',
    postfix(
      '<ana@buyer.test>: host mx2.buyer.test[192.0.2.26] said: 550 5.1.1\n    <ana@buyer.test>: Recipient address rejected: User unknown in virtual\n    mailbox table (in reply to RCPT TO command)',
    ),
    one('HardBounce'),
    messageId,
  ],
  [
    'Postfix: expanded from an alias',
    postfix('<ana@buyer.test> (expanded from <info@buyer.test>): unknown user: "ana"'),
    one('HardBounce'),
    messageId,
  ],
  [
    'Postfix: our address is listed',
    postfix(
      '<ana@buyer.test>: host mx2.buyer.test[192.0.2.26] refused to talk to me: 554\n    5.7.1 Service unavailable; Client host [192.0.2.10] blocked using\n    zen.spamhaus.test',
    ),
    one('Blocked'),
    messageId,
  ],
  [
    'Postfix: DMARC',
    postfix(
      '<ana@buyer.test>: host mx2.buyer.test[192.0.2.26] said: 550 5.7.1 rejected\n    by DMARC policy for shop.test (in reply to end of DATA command)',
    ),
    one('DMARCPolicy'),
    messageId,
  ],
  [
    'Postfix: a domain that does not exist',
    postfix(
      '<ana@buyer.test>: Host or domain name not found. Name service error for\n    name=buyer.test type=AAAA: Host not found',
    ),
    one('DnsError'),
    messageId,
  ],
  ['Postfix: loop', postfix('<ana@buyer.test>: mail for buyer.test loops back to myself'), one('DnsError'), messageId],
  [
    'Exchange 2003',
    exchange2003(
      'The e-mail account does not exist at the organization this message was sent to. Check the e-mail address, or contact the recipient directly to find out the correct address.\n    <mx.buyer.test #5.1.1>',
    ),
    one('HardBounce'),
  ],
  [
    'Exchange 2003: quota',
    exchange2003("The recipient's mailbox is full and cannot accept messages now.\n    <mx.buyer.test #5.2.2>"),
    one('SoftBounce'),
  ],
  [
    'Exchange 2003: permission',
    exchange2003(
      'You do not have permission to send to this recipient. For assistance, contact your system administrator.\n    <mx.buyer.test #5.7.1>',
    ),
    one('Blocked'),
  ],
  [
    'Exchange 2010',
    exchange2010(
      "The e-mail address you entered couldn't be found. Please check the recipient's e-mail address and try to resend the message.",
      '#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##',
    ),
    one('HardBounce'),
    messageId,
  ],
  [
    'Exchange 2010: quota',
    exchange2010(
      "The recipient's mailbox is full and can't accept messages now.",
      '#550 5.2.2 STOREDRV.Deliver: mailbox full. The following information should help identify the cause of this failure: quota exceeded ##',
    ),
    one('SoftBounce'),
    messageId,
  ],
  [
    'Exchange 2010: rejected by rules',
    exchange2010(
      'Your message was rejected.',
      '#550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy ##',
    ),
    one('Blocked'),
    messageId,
  ],
  [
    'Exchange 2010: too large',
    exchange2010(
      'This message is too large.',
      '#550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient ##',
    ),
    one('SoftBounce'),
    messageId,
  ],
  ['Domino', domino('User ana (ana@buyer.test) not listed in Domino Directory'), one('HardBounce')],
  [
    'Domino: quota',
    domino('Delivery of the message failed: the database has exceeded its disk quota'),
    one('SoftBounce'),
  ],
  [
    'Domino: policy',
    domino('Error transferring to mx.buyer.test; 554 5.7.1 Message rejected for policy reasons'),
    one('Blocked'),
  ],
  [
    'Yahoo',
    plainNotice({
      from: 'MAILER-DAEMON@yahoo.test',
      subject: 'Failure Notice',
      body: `Sorry, we were unable to deliver your message to the following address.

<ana@buyer.test>:
554: delivery error: dd This user doesn't have a yahoo.test account (ana@buyer.test) [0]

--- Below this line is a copy of the message.

${original}`,
    }),
    one('HardBounce'),
    messageId,
  ],
  [
    'Yahoo: over quota',
    plainNotice({
      from: 'MAILER-DAEMON@yahoo.test',
      subject: 'Failure Notice',
      body: `Sorry, we were unable to deliver your message to the following address.

<ana@buyer.test>:
552: 1 Requested mail action aborted, exceeded storage allocation

--- Below this line is a copy of the message.

${original}`,
    }),
    one('SoftBounce'),
    messageId,
  ],
  [
    'Gmail before RFC 3464',
    plainNotice({
      from: 'Mail Delivery Subsystem <mailer-daemon@googlemail.test>',
      subject: 'Delivery Status Notification (Failure)',
      more: 'X-Failed-Recipients: ana@buyer.test',
      body: `Delivery to the following recipient failed permanently:

     ana@buyer.test

Technical details of permanent failure:
Google tried to deliver your message, but it was rejected by the server for the recipient domain buyer.test by mx.buyer.test. [192.0.2.25].

The error that the other server returned was:
550 5.1.1 <ana@buyer.test>: User unknown

----- Original message -----

${original}`,
    }),
    one('HardBounce'),
    messageId,
  ],
  [
    'Gmail: address not found, in HTML only',
    plainNotice({
      from: 'Mail Delivery Subsystem <mailer-daemon@googlemail.test>',
      subject: 'Delivery Status Notification (Failure)',
      more: 'MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8',
      body: '<html><head><style>p { color: #222 }</style></head><body><h2>Address not found</h2><p>Your message wasn&#39;t delivered to <a href="mailto:ana@buyer.test"><b>ana@buyer.test</b></a> because the address couldn&#39;t be found, or is unable to receive mail.</p><p>The response was:</p><p>550 5.1.1 The email account that you tried to reach does not exist.</p></body></html>',
    }),
    one('HardBounce'),
  ],
  [
    'Courier',
    plainNotice({
      from: '"Mail Delivery System" <MAILER-DAEMON@mx.buyer.test>',
      subject: 'NOTICE: mail delivery status.',
      body: `UNDELIVERABLE MAIL

Your message to the following recipients cannot be delivered:

<ana@buyer.test>:
    mx2.buyer.test [192.0.2.26]:
 >>> RCPT TO:<ana@buyer.test>
 <<< 550 User unknown.`,
    }),
    one('HardBounce'),
  ],
  [
    'MDaemon',
    plainNotice({
      from: 'Postmaster <MDaemon@buyer.test>',
      subject: 'Permanent Delivery Failure',
      body: `Your message was not delivered to:

ana@buyer.test

Reason: Account does not exist: no such user

--- Session Transcript ---`,
    }),
    one('HardBounce'),
  ],
  [
    'Communigate Pro',
    plainNotice({
      from: '<MAILER-DAEMON@mx.buyer.test>',
      subject: 'Undeliverable mail: Your order 1187',
      body: `Failed to deliver to 'ana@buyer.test'
LOCAL module(account ana) reports:
 account is full (quota exceeded)`,
    }),
    one('SoftBounce'),
  ],
  [
    'GroupWise',
    plainNotice({
      from: 'Postmaster@buyer.test',
      subject: 'Message status - undeliverable',
      body: `The message that you sent was undeliverable to the following:
\tana@buyer.test (user not found)`,
    }),
    one('HardBounce'),
  ],
  [
    'Mimecast: held back',
    plainNotice({
      from: 'MAILER-DAEMON@mimecast.test',
      subject: '[Postmaster] Email Delivery Failure',
      body: `This is a delivery failure notification message indicating that an email you addressed to email address :
-- ana@buyer.test

could not be delivered. The problem appears to be :
-- Recipient email address is possibly incorrect

Additional information follows :
-- 550 5.1.1 Invalid Recipient`,
    }),
    one('HardBounce'),
  ],
  [
    'A server of its own making',
    plainNotice({
      from: 'Postmaster <postmaster@buyer.test>',
      subject: 'Undeliverable message',
      body: 'We could not deliver your mail to ana@buyer.test: this mailbox does not exist. Questions: support@buyer.test',
    }),
    one('HardBounce'),
  ],
  [
    'Exim: delay',
    plainNotice({
      from: 'Mail Delivery System <Mailer-Daemon@mx.buyer.test>',
      subject: 'Warning: message 1tUk-000 delayed 24 hours',
      more: 'Auto-Submitted: auto-replied',
      body: `This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on mx.buyer.test.

The address to which the message has not yet been delivered is:

  ana@buyer.test
    Delay reason: Connection timed out

No action is required on your part. Delivery attempts will continue.`,
    }),
    one('Transient'),
  ],
  [
    'Sendmail: delay',
    plainNotice({
      from: 'Mail Delivery Subsystem <MAILER-DAEMON@mx.buyer.test>',
      subject: 'Warning: could not send message for past 4 hours',
      body: `    **********************************************
    **      THIS IS A WARNING MESSAGE ONLY      **
    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **
    **********************************************

   ----- The following addresses had transient non-fatal errors -----
<ana@buyer.test>

   ----- Transcript of session follows -----
<ana@buyer.test>... Deferred: Connection timed out with mx2.buyer.test.
Warning: message still undelivered after 4 hours
Will keep trying until message is 5 days old`,
    }),
    one('Transient'),
  ],
  [
    'Amavis: a virus',
    plainNotice({
      from: '"Content-filter at mx.buyer.test" <postmaster@mx.buyer.test>',
      subject: 'VIRUS (Eicar-Test-Signature) in mail FROM YOU, not delivered',
      body: `VIRUS ALERT

Our content checker found virus: Eicar-Test-Signature
in your email to the following recipient:
-> ana@buyer.test

Delivery of the email was stopped!`,
    }),
    one('VirusNotification'),
  ],
];

const several: readonly CorpusReport[] = [
  {
    name: 'qmail: what is said of one recipient does not hold for the other',
    source: 'qmail-send: a paragraph for each',
    mail: qmail(
      '<ana@buyer.test>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n<bob@buyer.test>:\nRemote host said: 550 Rejected',
    ),
    expected: { kind: 'delivery_report', recipients: { 'ana@buyer.test': 'HardBounce', 'bob@buyer.test': 'Unknown' } },
  },
  {
    name: 'Exim: one reason for the last of two',
    source: 'Exim: addresses without a reason of their own',
    mail: exim('  bob@buyer.test\n  ana@buyer.test\n    unknown user', 'bob@buyer.test, ana@buyer.test'),
    expected: { kind: 'delivery_report', recipients: { 'ana@buyer.test': 'HardBounce', 'bob@buyer.test': 'Unknown' } },
  },
  {
    name: 'qmail: two recipients with two results',
    source: 'qmail-send: a paragraph for each',
    mail: qmail(
      '<ana@buyer.test>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n<bob@buyer.test>:\nUser is over the quota. (#5.2.2)',
    ),
    expected: {
      kind: 'delivery_report',
      recipients: { 'ana@buyer.test': 'HardBounce', 'bob@buyer.test': 'SoftBounce' },
    },
  },
  {
    name: 'Exim: three recipients with three results',
    source: 'Exim: an indented paragraph for each',
    mail: exim(
      '  ana@buyer.test\n    Unrouteable address\n  bob@buyer.test\n    mailbox is full\n  eve@buyer.test\n    SMTP error from remote mail server after RCPT TO:<eve@buyer.test>:\n    550 Your IP is on our blacklist',
      'ana@buyer.test, bob@buyer.test, eve@buyer.test',
    ),
    expected: {
      kind: 'delivery_report',
      recipients: { 'ana@buyer.test': 'HardBounce', 'bob@buyer.test': 'SoftBounce', 'eve@buyer.test': 'Blocked' },
    },
  },
  {
    name: 'Postfix: one failed, and the message had gone to others as well',
    source: 'Postfix: the header of the message names those who got it',
    mail: postfix('<ana@buyer.test>: unknown user: "ana"').replace(
      'To: ana@buyer.test',
      'To: ana@buyer.test, bob@buyer.test, eve@buyer.test',
    ),
    expected: { kind: 'delivery_report', recipients: { 'ana@buyer.test': 'HardBounce' } },
  },
];

export const writtenNotices: readonly CorpusReport[] = [
  ...notices.map(
    ([source, mail, recipients, id]): CorpusReport => ({
      name: `notice: ${source}`,
      source,
      mail,
      expected: { kind: 'delivery_report', recipients, ...(id === undefined ? {} : { messageId: id }) },
    }),
  ),
  ...several,
];
