// The one catalogue of refusals: what we decline, with Postmark's ErrorCode, the HTTP status and the usual text.
// Source: Postmark's error code table.

export const refusals = {
  maintenance: { code: 100, status: 503, text: 'The service is not available right now. Please try again.' },
  unexpected: { code: 101, status: 500, text: 'An unexpected error occurred.' },
  email_invalid: { code: 300, status: 422, text: 'The email request is invalid.' },
  sender_not_found: {
    code: 400,
    status: 422,
    text: "The 'From' address you supplied is not a Sender Signature on your account.",
  },
  sender_unconfirmed: { code: 401, status: 422, text: "The 'From' address you supplied is not confirmed." },
  recipients_inactive: {
    code: 406,
    status: 422,
    text: 'You tried to send to recipient(s) that have been marked as inactive.',
  },
  batch_too_large: {
    code: 410,
    status: 422,
    text: 'You may only send up to 500 messages in a single batched request.',
  },
  attachment_forbidden: { code: 411, status: 422, text: 'The attachment has a file type that is not allowed.' },
  message_search_invalid: { code: 700, status: 422, text: 'The paging or a filter of the search is invalid.' },
  message_not_found: { code: 701, status: 422, text: 'This message was not found.' },
  stream_not_found: { code: 1226, status: 422, text: "The message stream for the provided 'ID' was not found." },
  stream_unknown: { code: 1235, status: 422, text: 'The stream provided does not exist on this server.' },
  stream_cannot_send: { code: 1236, status: 422, text: 'This message stream cannot be used to send messages.' },
} as const satisfies Record<string, { code: number; status: number; text: string }>;

export type RefusalName = keyof typeof refusals;

/** The request is understood and declined. Each edge maps the name to its protocol. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly refusal: RefusalName;
  /** Further keys of the answer's body, such as Errors of code 11. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(refusal: RefusalName, message?: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(message ?? refusals[refusal].text);
    this.refusal = refusal;
    this.extra = extra;
  }
}
