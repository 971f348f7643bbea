// What a reader of a received mail has before him: its links, and the pixel that his program fetches.

import PostalMime from 'postal-mime';
import type { SinkMessage } from '../../tools/fake-world/mail-sink.ts';

export type TrackedMail = {
  html: string;
  text: string;
  pixel: string | undefined;
  links: string[];
  textLinks: string[];
};

export async function readTrackedMail(message: SinkMessage): Promise<TrackedMail> {
  const { html = '', text = '' } = await PostalMime.parse(message.raw);
  return {
    html,
    text,
    pixel: /<img src="([^"]*)" width="1" height="1"/.exec(html)?.[1],
    links: [...html.matchAll(/<a [^>]*href="([^"]*)"/g)].map(match => match[1] ?? ''),
    textLinks: [...text.matchAll(/https?:\/\/\S+/g)].map(match => match[0]),
  };
}

export const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0';

/** As a program does that shows the mail, or follows a link of it. The redirect is told and not followed. */
export async function request(url: string, headers: Record<string, string> = { 'User-Agent': firefox }) {
  const answer = await fetch(url, { headers, redirect: 'manual' });
  const bytes = (await answer.arrayBuffer()).byteLength;
  return {
    status: answer.status,
    location: answer.headers.get('location'),
    type: answer.headers.get('content-type'),
    bytes,
  };
}
