// Reads which bounce a test asks for: mail to the bounce-testing domain bounces at once, without a connection.
// Source: Postmark's page on fake bounces, which describes both forms.

import { type BounceTypeName, bounceTypeNames } from './bounce-types.ts';

const typeBySpelling = new Map<string, BounceTypeName>(bounceTypeNames.map(name => [name.toLowerCase(), name]));

/**
 * `localPart` of the address, `headerValue` of `X-PM-Bounce-Type`. A header that names a type wins, because it is meant
 * to work with any address of the domain; then the local part; what names no type is a HardBounce.
 */
export function fakeBounceTypeOf(localPart: string, headerValue?: string): BounceTypeName {
  const type = typeNamedBy(headerValue ?? '') ?? typeNamedBy(localPart) ?? 'HardBounce';
  // A complaint comes through a feedback loop and is no bounce of a server; Postmark makes it a HardBounce.
  return type === 'SpamComplaint' ? 'HardBounce' : type;
}

/** `Hard_Bounce+second-try`: case, underscores and what follows a plus sign do not count. */
function typeNamedBy(text: string): BounceTypeName | undefined {
  const [beforePlus = ''] = text.split('+', 1);
  return typeBySpelling.get(beforePlus.replaceAll('_', '').trim().toLowerCase());
}
