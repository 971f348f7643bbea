// What docs/reference/webhooks.md says about each payload. Typed by the payloads, so that no key is left out or made up.

import type { InboundPayload } from '../../apps/platform/src/features/inbound/inbound-payload.ts';
import type { BouncePayload } from '../../apps/platform/src/features/webhooks/payloads/bounce.ts';
import type { ClickPayload } from '../../apps/platform/src/features/webhooks/payloads/click.ts';
import type { DeliveryPayload } from '../../apps/platform/src/features/webhooks/payloads/delivery.ts';
import type { OpenPayload } from '../../apps/platform/src/features/webhooks/payloads/open.ts';
import type { SpamComplaintPayload } from '../../apps/platform/src/features/webhooks/payloads/spam-complaint.ts';
import type { SubscriptionChangePayload } from '../../apps/platform/src/features/webhooks/payloads/subscription-change.ts';
import type { CallTrigger } from '../../apps/platform/src/features/webhooks/webhook.ts';

type KeyTexts<Payload> = Readonly<Record<keyof Payload, string>>;

const time = 'UTC, whole seconds, `Z`.';
const recordType = 'The name of the payload.';

const message = {
  MessageID: 'The id that sending answered.',
  Metadata: 'Texts by name; `{}` when the message has none. Sorted by name.',
  Tag: '`""` when the message has none.',
};
const stream = { MessageStream: 'The id of the stream.', ServerID: 'The id of the server.' };

const bounce: KeyTexts<BouncePayload> = {
  RecordType: recordType,
  ...stream,
  ID: 'The id of the bounce; below 2^53.',
  Type: 'Its type, as in the Bounce API.',
  TypeCode: 'The number of the type.',
  Name: 'The name of the type for people.',
  ...message,
  Description: 'One fixed sentence for each type.',
  Details: "The mail server's answer after `smtp;`, or an excerpt of the report.",
  Email: 'The recipient.',
  From: "The sender's address.",
  BouncedAt: time,
  DumpAvailable: 'Whether there is a report to read.',
  Inactive: 'Whether the address is suppressed on the stream by it.',
  CanActivate: 'Whether that can be undone: not after a complaint.',
  Subject: 'Of the message.',
  Content:
    'The whole report. Only where the webhook asks for it (`IncludeContent`) and there is one; else the key is absent.',
};

const program = '`Name`, `Company` and `Family`, each `"unknown"` when it is.';
const reading = {
  Client: `The program: ${program}`,
  OS: `The operating system: ${program}`,
  Platform: '`WebMail`, `Desktop`, `Mobile` or `Unknown`.',
  UserAgent: 'As the program named itself.',
  Geo: 'Eight texts, or `{}` when the place is not known.',
  ReceivedAt: time,
  Recipient: 'Whose copy it was.',
};

type PayloadText = { when: string; keys: Readonly<Record<string, string>> };

const readerClass =
  'Ours: who is believed to have read: `Human`, `ApplePrivacyProxy`, `GmailProxy`, `OtherProxy`, `Scanner` or `Prefetch`.';

export const payloadTexts: Readonly<Record<CallTrigger, PayloadText>> = {
  Open: {
    when: 'A recipient opened a message. Every time, or only the first where the webhook asks for that.',
    keys: {
      RecordType: recordType,
      ...stream,
      ...message,
      ...reading,
      FirstOpen: "Whether it is this recipient's first open of this message.",
      ReadSeconds: '0 when it was not measured.',
      ReaderClass: readerClass,
    } satisfies KeyTexts<OpenPayload>,
  },
  Click: {
    when: 'A recipient followed a link of a message for the first time.',
    keys: {
      RecordType: recordType,
      ...stream,
      ...message,
      ...reading,
      ClickLocation: '`HTML` or `Text`: the part that the link stood in.',
      OriginalLink: 'The URL as it was sent to us.',
      ReaderClass: readerClass,
    } satisfies KeyTexts<ClickPayload>,
  },
  Delivery: {
    when: 'A mail server took the message for a recipient; once for each recipient. Sandbox servers send it too.',
    keys: {
      RecordType: recordType,
      ...stream,
      ...message,
      Recipient: 'Whose copy it was.',
      DeliveredAt: time,
      Details: "The mail server's answer after `smtp;`.",
    } satisfies KeyTexts<DeliveryPayload>,
  },
  Bounce: {
    when: 'A message could not be delivered to a recipient, for any reason but a complaint. A delay is none.',
    keys: bounce,
  },
  SpamComplaint: {
    when: 'A recipient reported a message as spam. The keys are those of a bounce.',
    keys: { ...bounce, Type: '`SpamComplaint`.', TypeCode: '100001.' } satisfies KeyTexts<SpamComplaintPayload>,
  },
  SubscriptionChange: {
    when: 'An address of a stream was suppressed, or may receive again. A hard bounce makes this call beside its own.',
    keys: {
      RecordType: recordType,
      ...stream,
      MessageID: 'The message that caused it; null when it was done by hand, and in every reactivation.',
      ChangedAt: time,
      Recipient: 'The address.',
      Origin: '`Recipient`, `Customer` or `Admin`.',
      SuppressSending: 'True when it was suppressed, false when it may receive again.',
      SuppressionReason:
        '`HardBounce`, `SpamComplaint` or `ManualSuppression`; null in a reactivation. An unsubscribe is `ManualSuppression` by the `Recipient`.',
      Tag: 'Of that message, `""` when it has none; null when there is no message.',
      Metadata: 'Of that message; `{}` when it has none, and when there is no message.',
    } satisfies KeyTexts<SubscriptionChangePayload>,
  },
  Inbound: {
    when: "A message came in, for the server's inbound hook. There is no `RecordType`: that is how it is told from the others.",
    keys: {
      FromName: 'The display name; `""` when there is none.',
      MessageStream: stream.MessageStream,
      From: 'The bare address of the first sender.',
      FromFull: '`Email`, `Name`, and `MailboxHash` of that address.',
      To: 'One line, names in quotes; `""` when there is nobody.',
      ToFull: 'The same as a list; `[]` when there is nobody.',
      Cc: 'As `To`.',
      CcFull: 'As `ToFull`.',
      Bcc: 'The recipient, when neither To nor Cc names it.',
      BccFull: 'As `ToFull`.',
      OriginalRecipient: 'The address that the envelope named.',
      Subject: 'Decoded.',
      MessageID: 'Our own id, not the field of the message.',
      ReplyTo: 'The field; `""` when there is none.',
      MailboxHash: 'What follows the first plus in the local part of `OriginalRecipient`.',
      Date: "The field, in the sender's zone.",
      TextBody: 'Decoded.',
      HtmlBody: 'Decoded.',
      StrippedTextReply: 'The text without what it quotes; `""` when the message is no reply.',
      RawEmail: 'The whole source. Only where the server asks for it, and in a test call; else the key is absent.',
      Tag: '`""`, but for a test.',
      Headers: 'All other fields, `Name` and `Value`, in their order.',
      Attachments:
        '`Name`, `Content` in base64, `ContentType`, `ContentLength` in bytes, `ContentID` or `""`; of large ones, where the operator wants it, a `ContentUrl` and no `Content`.',
    } satisfies KeyTexts<InboundPayload>,
  },
};
