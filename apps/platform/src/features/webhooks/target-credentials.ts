// Takes user and password out of a webhook's URL (`https://user:pass@host/path`). Pure.

export type TargetCredentials = { username: string; password: string };

/** The text of the URL is otherwise left as it was written, above all its query. */
export function takeCredentials(text: string): { url: string; credentials: TargetCredentials | undefined } {
  const url = URL.parse(text);
  if (!url || (url.username === '' && url.password === '')) return { url: text, credentials: undefined };
  const credentials = { username: decode(url.username), password: decode(url.password) };
  url.username = '';
  url.password = '';
  // The last @ before the path ends the user and the password.
  const bare = text.replace(/^([a-z]+:\/\/)[^/?#\\]*@/i, '$1');
  return { url: URL.parse(bare)?.href === url.href ? bare : url.href, credentials };
}

/** What is no percent-encoding was meant as it stands. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
