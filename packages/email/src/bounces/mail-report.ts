// What a mail that comes back to a return path can tell: that mail was or was not delivered (RFC 3464 and older forms),
// that a person complained (RFC 5965), or that a machine answered (RFC 3834). Everything in it was claimed by a
// stranger: whoever acts on it first finds the message by the return path, which cannot be forged.

import type { BounceTypeName } from './bounce-types.ts';

export type MailReport =
  | {
      kind: 'delivery_report';
      /** One entry for each recipient that the report speaks of; empty when it names none. */
      recipients: ReportedRecipient[];
      about: OriginalMessage;
      /** What the reporter wrote for people, without the returned message; at most 2 KB. */
      description: string;
      /** What the report as a whole says, for a reader who knows the recipient from the return path. */
      overall: Verdict;
    }
  | {
      kind: 'complaint';
      /** `abuse`, `fraud`, `virus`, `not-spam`, `auth-failure` … in lower case (RFC 5965 7.3, RFC 6591). */
      feedbackType: string;
      /** `SpamComplaint` only where a person called the message unwanted; undefined where nobody complained. */
      type: BounceTypeName | undefined;
      /** Whom the report is about: often one, none where the provider hides it (RFC 6590). Never the list in `To`. */
      recipients: string[];
      about: OriginalMessage;
      /** The software or organisation that reports; at most 200 characters. */
      reporter: string;
      description: string;
    }
  | {
      kind: 'auto_reply';
      type: BounceTypeName;
      about: OriginalMessage;
      description: string;
    }
  /** Mail of a person, read receipts (RFC 8098), and what nothing can be read from. */
  | { kind: 'none' };

/** RFC 3464 2.3.3. */
export type ReportedAction = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';

export type Verdict = {
  action: ReportedAction;
  /** RFC 3463, as told: `5.1.1`. */
  status?: string;
  /** `smtp;550 5.1.1 …` as the report has it, without line breaks; empty for none; at most 2 KB. */
  diagnostic: string;
  /** The bounce of this action: `Transient` while it is delayed, undefined when nothing went wrong. */
  type: BounceTypeName | undefined;
  /** Why `type`: the RFC, registry, or the wording of a provider. */
  source: string;
};

export type ReportedRecipient = Verdict & {
  /** The address that was written to, as the reporter knows it: the original recipient, else the final one. */
  address: string;
  /** Where the mail had gone on to, when that is another address. */
  finalAddress?: string;
  /** The server that refused (RFC 3464 2.3.5), a name or an address. */
  remoteServer?: string;
};

/** What can be found of the message that the report is about. All of it can be forged. */
export type OriginalMessage = {
  /** Without angle brackets. */
  messageId?: string;
  /** Our own header `X-PM-Message-Id`, a UUID in lower case. */
  pmMessageId?: string;
  /** The envelope sender that the message had. */
  returnPath?: string;
  feedbackId?: string;
  /** RFC 9477. */
  cfblFeedbackId?: string;
  subject?: string;
  /** Of `To`, `Cc` and the fields in which servers note the envelope recipient; at most 100. */
  recipients: string[];
};
