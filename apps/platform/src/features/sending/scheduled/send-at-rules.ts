// Decides when a message with a SendAt goes. Pure. Source: ISO 8601, as the profiles of RFC 3339 and of ECMA-262 write it.

export type SendAtDecision =
  | { kind: 'at_once' }
  | { kind: 'later'; at: Date }
  | { kind: 'refused'; refusal: 'email_invalid'; message: string };

export const daysAheadMax = 90;
/** What is due within this time goes at once: it would not wait any longer in the queue. */
const atOnceWithinMilliseconds = 5000;

const pattern =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/i;

/** Undefined when it is no such time. Without an offset it is UTC. */
export function readInstant(text: string): Date | undefined {
  const match = pattern.exec(text.trim());
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map(part => Number(part ?? 0));
  const milliseconds = Math.floor(Number(`0.${match[7] ?? 0}`) * 1000);
  const local = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
  const read = new Date(local);
  // Date.UTC carries over, so that 31 February would quietly become 3 March.
  const isRight = read.getUTCMonth() === month - 1 && read.getUTCDate() === day && read.getUTCHours() === hour;
  const offset = readOffsetInMinutes(match[8]);
  if (!isRight || minute > 59 || second > 59 || offset === undefined) return undefined;
  return new Date(local - offset * 60_000);
}

function readOffsetInMinutes(text: string | undefined): number | undefined {
  if (text === undefined || text.toUpperCase() === 'Z') return 0;
  const digits = text.slice(1).replace(':', '');
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2) || 0);
  if (hours > 23 || minutes > 59) return undefined;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** `text` undefined or empty: the message has no SendAt. */
export function decideSendAt(text: string | undefined, now: Date): SendAtDecision {
  if (text === undefined || text.trim() === '') return { kind: 'at_once' };
  const at = readInstant(text);
  if (!at) {
    return refused(
      `The 'SendAt' value '${text.slice(0, 100)}' is not a time in ISO 8601, such as '2026-12-01T09:00:00+01:00'. Without an offset it is UTC.`,
    );
  }
  const millisecondsAhead = at.getTime() - now.getTime();
  if (millisecondsAhead <= atOnceWithinMilliseconds) return { kind: 'at_once' };
  if (millisecondsAhead > daysAheadMax * 86_400_000) {
    return refused(`The 'SendAt' value '${text.trim()}' is more than ${daysAheadMax} days ahead.`);
  }
  return { kind: 'later', at };
}

function refused(message: string): SendAtDecision {
  return { kind: 'refused', refusal: 'email_invalid', message };
}
