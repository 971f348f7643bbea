// An SMTP reply that says no, as features give it to a listener: 4xx for now, 5xx for ever.

/** `enhanced` as in RFC 3463, such as `5.1.1`. */
export type Refused = { kind: 'refused'; code: number; enhanced: string; text: string };

export function refusal(code: number, enhanced: string, text: string): Refused {
  return { kind: 'refused', code, enhanced, text };
}
