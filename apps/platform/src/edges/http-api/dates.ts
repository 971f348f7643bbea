// Dates on the wire: UTC in answers, US Eastern time in queries. Source: Postmark's API reference; the seven digits and
// the `Z` were seen in recorded answers.

/** `2024-08-05T02:03:37.0950000Z`. */
export function toWireDate(date: Date): string {
  return `${date.toISOString().slice(0, -1)}0000Z`;
}

/** `2020-07-01T00:00:00-04:00`, as message streams show their dates. */
export function toEasternWireDate(date: Date): string {
  const offset = easternOffsetInMinutes(date.getTime());
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19);
  const hours = String(Math.abs(offset) / 60).padStart(2, '0');
  return `${local}${offset < 0 ? '-' : '+'}${hours}:00`;
}

/** The day in US Eastern time, `2024-01-31`, as statistics show it. */
export function toEasternDay(date: Date): string {
  return new Date(date.getTime() + easternOffsetInMinutes(date.getTime()) * 60_000).toISOString().slice(0, 10);
}

/** The first moment that a `fromdate` lets in. Undefined when the text is no date. */
export function readFromDate(text: string): Date | undefined {
  const parts = readDateText(text);
  if (parts === undefined) return undefined;
  return new Date(parts.instant ?? Math.min(...instantsOf(parts.local)));
}

/** The first moment that a `todate` no longer lets in: the end is inclusive, so a day ends with its last moment and a time with its second. */
export function readToDate(text: string): Date | undefined {
  const parts = readDateText(text);
  if (parts === undefined) return undefined;
  // The local time is moved, not the instant: a day of a clock change has 23 or 25 hours.
  const instant = parts.instant ?? Math.max(...instantsOf(parts.local + (parts.isDay ? millisecondsPerDay : 0)));
  return new Date(instant + (parts.isDay ? 0 : 1000));
}

/** A date of a query: `refuse` makes the error of the list for a text that is none. */
export function readDateFilter(
  name: 'fromdate' | 'todate',
  text: string | undefined,
  refuse: (text: string) => Error,
): Date | undefined {
  if (text === undefined) return undefined;
  const date = name === 'fromdate' ? readFromDate(text) : readToDate(text);
  if (!date) throw refuse(`The '${name}' parameter '${text}' is not a date.`);
  return date;
}

const millisecondsPerDay = 86_400_000;

type DateText = {
  /** Eastern wall-clock time, written as if it were UTC. */
  local: number;
  /** Set when the text names its own offset, as a client's `toISOString()` does. */
  instant: number | undefined;
  isDay: boolean;
};

// Months, days and hours without a leading zero are sent too: a live test of postmark.js asks for `2026-2-3`.
const datePattern =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d{1,9})?)?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;

function readDateText(text: string): DateText | undefined {
  const match = datePattern.exec(text.trim());
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(part => Number(part ?? 0));
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  const check = new Date(local);
  // Date.UTC carries over, so that 31 February would quietly become 3 March.
  const isRight =
    year >= 1900 && check.getUTCMonth() === month - 1 && check.getUTCDate() === day && check.getUTCHours() === hour;
  if (!isRight || (minute ?? 0) > 59 || (second ?? 0) > 59) return undefined;
  return { local, instant: offsetInstant(local, match[7]), isDay: match[4] === undefined };
}

function offsetInstant(local: number, offset: string | undefined): number | undefined {
  if (offset === undefined) return undefined;
  if (offset.toUpperCase() === 'Z') return local;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return local - (offset.startsWith('-') ? -minutes : minutes) * 60_000;
}

/**
 * The instants at which a wall clock in New York shows the local time: two in the hour that comes twice in autumn. In the
 * hour that is left out in spring there is none, and the time is read as if the clock had not been changed yet.
 */
function instantsOf(local: number): number[] {
  const before = local - easternOffsetInMinutes(local - millisecondsPerDay) * 60_000;
  const after = local - easternOffsetInMinutes(local + millisecondsPerDay) * 60_000;
  const matching = [before, after].filter(instant => instant + easternOffsetInMinutes(instant) * 60_000 === local);
  return matching.length > 0 ? matching : [before];
}

const easternFormat = new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', timeZoneName: 'longOffset' });

function easternOffsetInMinutes(instant: number): number {
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(easternFormat.format(instant));
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}
