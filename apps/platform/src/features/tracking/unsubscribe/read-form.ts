// Reads what a POST to an unsubscribe link asks for. Pure. Sources: RFC 8058 3.1 and 3.2 (the body of mail programs, in
// either encoding of a form), and the button of our own page.

import { formActions, formField } from './pages.ts';

const oneClickField = 'list-unsubscribe';
const oneClickValue = 'one-click';

/** Undefined when it asks for nothing that we know. */
export async function readUnsubscribeForm(
  body: unknown,
  contentType: string | undefined,
): Promise<'one_click' | 'unsubscribe' | 'subscribe' | undefined> {
  if (!Buffer.isBuffer(body)) return undefined;
  const fields = await readFields(body, contentType ?? '');
  if (fields.get(oneClickField)?.toLowerCase() === oneClickValue) return 'one_click';
  const action = fields.get(formField);
  if (action === formActions.subscribe) return 'subscribe';
  return action === formActions.unsubscribe ? 'unsubscribe' : undefined;
}

/** Names in lower case; the first of a name counts. */
async function readFields(body: Buffer, contentType: string): Promise<Map<string, string>> {
  const fields = new Map<string, string>();
  for (const [name, value] of await pairsOf(body, contentType)) {
    const key = name.trim().toLowerCase();
    if (typeof value === 'string' && !fields.has(key)) fields.set(key, value.trim());
  }
  return fields;
}

async function pairsOf(body: Buffer, contentType: string): Promise<Iterable<[string, unknown]>> {
  // Some programs send the body of RFC 8058 with no type or a wrong one.
  if (!/^multipart\/form-data\b/i.test(contentType.trim())) return new URLSearchParams(body.toString('latin1'));
  try {
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
    return form.entries();
  } catch {
    return [];
  }
}
