// The 22 kinds of bounce of Postmark's wire format. Clients know names and codes by heart, so both never change;
// 100004 and 100005 are not in use. Source: Postmark's Bounce API; where pages disagree, the official clients' enums.

export type BounceType = {
  /** `TypeCode` on the wire. */
  code: number;
  /** `Name` on the wire: what people read. */
  name: string;
  /** `Description` on the wire: one fixed sentence. What the remote server said goes into `Details`. */
  description: string;
  /** True when the address becomes inactive on its stream. */
  deactivates: boolean;
  /** False only where a person complained: no call and no page makes such an address active again. */
  canActivate: boolean;
};

export const bounceTypeByName = {
  HardBounce: {
    code: 1,
    name: 'Hard bounce',
    // This sentence and that of SoftBounce are literals which clients' recorded tests contain.
    description: 'The server was unable to deliver your message (ex: unknown user, mailbox not found).',
    deactivates: true,
    canActivate: true,
  },
  Transient: {
    code: 2,
    name: 'Message delayed/Undeliverable',
    description:
      'The message is delayed or could not be delivered because of trouble in the network or at the receiver.',
    deactivates: false,
    canActivate: true,
  },
  Unsubscribe: {
    code: 16,
    name: 'Unsubscribe request',
    description: 'The answer asks to be removed from the list.',
    deactivates: false,
    canActivate: true,
  },
  Subscribe: {
    code: 32,
    name: 'Subscribe request',
    description: 'The answer asks to be added to the list.',
    deactivates: false,
    canActivate: true,
  },
  AutoResponder: {
    code: 64,
    name: 'Auto responder',
    description: 'The answer was written by a machine (ex: an out-of-office notice).',
    deactivates: false,
    canActivate: true,
  },
  AddressChange: {
    code: 128,
    name: 'Address change',
    description: 'The recipient announces a new address.',
    deactivates: false,
    canActivate: true,
  },
  DnsError: {
    code: 256,
    name: 'DNS error',
    description: 'The way to the receiving server could not be found because of a temporary DNS error.',
    deactivates: false,
    canActivate: true,
  },
  SpamNotification: {
    code: 512,
    name: 'Spam notification',
    description: 'The receiver took the message for spam or bulk mail, or refused its content.',
    deactivates: false,
    canActivate: true,
  },
  OpenRelayTest: {
    code: 1024,
    name: 'Open relay test',
    description: 'The notice is a probe that looks for servers which relay for everyone.',
    deactivates: false,
    canActivate: true,
  },
  Unknown: {
    code: 2048,
    name: 'Unknown',
    description: 'The reason of the failure could not be told from the answer.',
    deactivates: false,
    canActivate: true,
  },
  SoftBounce: {
    code: 4096,
    name: 'Soft bounce',
    description:
      'Unable to temporarily deliver message (i.e. mailbox full, account disabled, exceeds quota, out of disk space).',
    deactivates: false,
    canActivate: true,
  },
  VirusNotification: {
    code: 8192,
    name: 'Virus notification',
    description: 'The receiver says that the message carries a virus or other harmful code.',
    deactivates: false,
    canActivate: true,
  },
  ChallengeVerification: {
    code: 16384,
    name: 'Spam challenge verification',
    description: 'The receiver wants the sender to prove that a person wrote the message.',
    deactivates: false,
    canActivate: true,
  },
  BadEmailAddress: {
    code: 100000,
    name: 'Invalid email address',
    description: 'The address is not a valid email address.',
    deactivates: true,
    canActivate: true,
  },
  SpamComplaint: {
    code: 100001,
    name: 'Spam complaint',
    description: 'The recipient marked the message as spam.',
    deactivates: true,
    canActivate: false,
  },
  ManuallyDeactivated: {
    code: 100002,
    name: 'Manually deactivated',
    description: 'The address was deactivated by hand.',
    deactivates: true,
    canActivate: true,
  },
  Unconfirmed: {
    code: 100003,
    name: 'Registration not confirmed',
    description: 'The subscriber has not confirmed the registration.',
    deactivates: false,
    canActivate: true,
  },
  Blocked: {
    code: 100006,
    name: 'ISP block',
    description: 'The receiver blocked the message because of its policy, a block list or a reputation.',
    deactivates: false,
    canActivate: true,
  },
  SMTPApiError: {
    code: 100007,
    name: 'SMTP API error',
    description: 'The message was accepted over SMTP and then refused by a check.',
    deactivates: false,
    canActivate: true,
  },
  InboundError: {
    code: 100008,
    name: 'Processing failed',
    description: 'The inbound message could not be delivered to the inbound hook.',
    deactivates: false,
    canActivate: true,
  },
  DMARCPolicy: {
    code: 100009,
    name: 'DMARC Policy',
    description: "The receiver refused the message because of the DMARC policy of the sender's domain.",
    deactivates: false,
    canActivate: true,
  },
  TemplateRenderingFailed: {
    code: 100010,
    name: 'Template rendering failed',
    description: 'The template could not be rendered when the message was to be sent.',
    deactivates: false,
    canActivate: true,
  },
} as const satisfies Record<string, BounceType>;

export type BounceTypeName = keyof typeof bounceTypeByName;

/** In the order of their codes. */
export const bounceTypeNames = Object.keys(bounceTypeByName) as readonly BounceTypeName[];
