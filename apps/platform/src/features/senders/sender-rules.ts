// Decides who may stand in From. Source: Postmark's error codes 400 and 401.

export type SenderStanding = 'verified_domain' | 'confirmed_signature' | 'unconfirmed_signature' | 'unknown';

export type SenderDecision = { kind: 'may_send' } | { kind: 'unknown' | 'unconfirmed'; message: string };

export function decideSender(standing: SenderStanding, fromAddress: string): SenderDecision {
  if (standing === 'verified_domain' || standing === 'confirmed_signature') return { kind: 'may_send' };
  if (standing === 'unconfirmed_signature') {
    return {
      kind: 'unconfirmed',
      message:
        `The 'From' address you supplied (${fromAddress}) is a Sender Signature on your account that has not been confirmed yet. ` +
        "Please confirm this address in order to be able to use it in the 'From' field of your messages.",
    };
  }
  return {
    kind: 'unknown',
    message:
      `The 'From' address you supplied (${fromAddress}) is not a Sender Signature on your account. ` +
      "Please add and confirm this address in order to be able to use it in the 'From' field of your messages.",
  };
}
