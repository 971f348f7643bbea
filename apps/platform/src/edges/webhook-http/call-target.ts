// Reads a URL into what a connection needs. Pure. Source: WHATWG URL, which also turns odd spellings of addresses
// (`0x7f.1`, `2130706433`) into ordinary ones.

export type CallTarget = {
  /** Without user, password and fragment. */
  url: URL;
  origin: string;
  /** With the query, byte for byte where it can be sent like that. */
  path: string;
};

export type TargetReading = { kind: 'target'; target: CallTarget } | { kind: 'invalid'; text: string };

const printable = /^[\x21-\x7e]*$/;

/** `base`: where a redirect comes from. */
export function readTarget(text: string, base?: URL): TargetReading {
  const url = URL.parse(text, base?.href);
  if (!url) return { kind: 'invalid', text: 'this is not a URL' };
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { kind: 'invalid', text: `${url.protocol.slice(0, 30)} URLs cannot be called` };
  }
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    url.username = '';
    url.password = '';
    url.hash = '';
  }
  return { kind: 'target', target: { url, origin: url.origin, path: url.pathname + queryOf(text, url) } };
}

/** A URL parser would write some characters of the query in another way, and a receiver may compare them. */
function queryOf(text: string, url: URL): string {
  if (url.search === '') return '';
  const written = /^[^?#]*(\?[^#]*)/.exec(text)?.[1] ?? '';
  return written !== '' && printable.test(written) ? written : url.search;
}
