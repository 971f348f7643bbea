// Values of key=value pairs in trace fields. Sources: RFC 7208 9.1, RFC 5322 3.2.4 (quoted strings).

const lengthMax = 320;

/** Addresses and names stand as they are; what a client has made up stands between quotes, without control characters. */
export function traceValue(text: string): string {
  const value = text.replace(/[\x00-\x1f\x7f]+/g, '').slice(0, lengthMax);
  if (/^[^\s"(),;<>\\]+$/.test(value)) return value;
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}
