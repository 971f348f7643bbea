// Says which links of a mail may lead through us: absolute http and https URLs by RFC 3986, and no other. What looks
// like one and is none stays as it is, because nobody knows where a reader's program would take it.
// Source: Postmark's page "Tracking links".

// The characters of RFC 3986 2 but for brackets, which may stand around an IPv6 address only, and `%`, looked at apart.
const characters = /^[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]+$/;
const wrongPercent = /%(?![0-9A-Fa-f]{2})/;
const start = /^https?:\/\//i;
const host = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=%]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?$/;

export function isTrackable(url: string): boolean {
  const scheme = start.exec(url)?.[0];
  if (scheme === undefined) return false;
  const rest = url.slice(scheme.length);
  const authorityEnd = rest.search(/[/?#]/);
  const authority = authorityEnd < 0 ? rest : rest.slice(0, authorityEnd);
  const path = authorityEnd < 0 ? '' : rest.slice(authorityEnd);
  if (!host.test(authority.slice(authority.lastIndexOf('@') + 1))) return false;
  if (authority.includes('@') && !characters.test(authority.slice(0, authority.lastIndexOf('@') + 1))) return false;
  if (path !== '' && !characters.test(path)) return false;
  if (wrongPercent.test(url)) return false;
  return url.indexOf('#') === url.lastIndexOf('#');
}
