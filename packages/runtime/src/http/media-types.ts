// Reads the two headers that name media types, as far as a JSON API needs them (RFC 9110 8.3 and 12.5.1).

const jsonTypes = /^(application|text)\/(json|[a-z0-9!#$&^_.-]+\+json)$/;

/** JSON in UTF-8, also as `text/json` or `application/vnd.something+json`. Other charsets are not JSON (RFC 8259 8.1). */
export function isJsonContentType(contentType: string | undefined): boolean {
  if (contentType === undefined) return false;
  if (contentType === 'application/json') return true;
  const [type = '', ...parameters] = contentType.toLowerCase().split(';');
  if (!jsonTypes.test(type.trim())) return false;
  return parameters.every(parameter => {
    const [name = '', value = ''] = parameter.split('=');
    return name.trim() !== 'charset' || /^"?(utf-?8|us-ascii)"?$/.test(value.trim());
  });
}

/** An absent or empty Accept header takes anything. */
export function acceptsJson(accept: string | undefined): boolean {
  if (accept === undefined || accept === '' || accept === 'application/json' || accept === '*/*') return true;
  return accept
    .toLowerCase()
    .split(',')
    .some(item => {
      const [range = '', ...parameters] = item.split(';').map(part => part.trim());
      if (parameters.some(parameter => /^q\s*=\s*0(\.0*)?$/.test(parameter))) return false;
      // `*` alone is not in the RFC, but Java's HttpURLConnection sends it.
      return range === '*/*' || range === '*' || range === 'application/*' || jsonTypes.test(range);
    });
}
