// docs/reference/error-codes.md: every refusal, by its number.

import type { RefusalEntry } from '../../apps/platform/src/refusals.ts';
import { code, page, table } from './markdown.ts';

const introduction = `What the API declines, and how. An error is answered as \`{"ErrorCode": …, "Message": …}\`, with the number
repeated in the header \`X-PM-ApiErrorCode\`. The message is the usual one; where it can name the field, the address or the
limit at fault, it does. Success is always HTTP 200 with \`ErrorCode\` 0 or without one.

The name is what the source code calls the refusal (\`apps/platform/src/refusals.ts\`).`;

export function errorCodesPage(refusals: Readonly<Record<string, RefusalEntry>>): string {
  const rows = Object.entries(refusals)
    .sort(([a, left], [b, right]) => left.code - right.code || left.status - right.status || (a < b ? -1 : 1))
    .map(([name, refusal]) => [String(refusal.code), String(refusal.status), code(name), refusal.text]);
  return page('Error codes', introduction, [table(['ErrorCode', 'HTTP', 'Name', 'Usual message'], rows)]);
}
