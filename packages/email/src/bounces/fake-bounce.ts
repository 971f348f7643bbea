// Reads which bounce a test asks for: mail to the bounce-testing domain bounces at once, without a connection.
// Source: Postmark's page on fake bounces, which describes both forms.

import { type BounceTypeName, bounceTypeNames } from './bounce-types.ts';

const typeBySpelling = new Map<string, BounceTypeName>(bounceTypeNames.map(name => [name.toLowerCase(), name]));

/**
 * `localPart` of the address, `headerValue` of `X-PM-Bounce-Type`. A header that names a type wins, because it is meant
 * to work with any address of the domain; then the local part; what names no type is a HardBounce. Postmark makes a
 * SpamComplaint a HardBounce; ours is a complaint, because people have asked for years how to test one.
 */
export function fakeBounceTypeOf(localPart: string, headerValue?: string): BounceTypeName {
  return typeNamedBy(headerValue ?? '') ?? typeNamedBy(localPart) ?? 'HardBounce';
}

const secondsOfUnit = { s: 1, m: 60, h: 3600 } as const;
/** No try comes later than two days after the message. */
const fakeDelayMaxInSeconds = 47 * 3600;

/** `Delay_120s`, `delay_5m+again`: how long the message is put off before it counts as delivered. Undefined: not at all. */
export function fakeDelayOf(localPart: string, headerValue?: string): number | undefined {
  // A header that names a type wins here too.
  if (typeNamedBy(headerValue ?? '') !== undefined) return undefined;
  const match = /^delay_?(\d{1,6})([smh]?)(?:\+.*)?$/i.exec(localPart.trim());
  if (match === null) return undefined;
  const unit = (match[2] || 's').toLowerCase() as keyof typeof secondsOfUnit;
  return Math.min(Number(match[1]) * secondsOfUnit[unit], fakeDelayMaxInSeconds);
}

/** `Hard_Bounce+second-try`: case, underscores and what follows a plus sign do not count. */
function typeNamedBy(text: string): BounceTypeName | undefined {
  const [beforePlus = ''] = text.split('+', 1);
  return typeBySpelling.get(beforePlus.replaceAll('_', '').trim().toLowerCase());
}
