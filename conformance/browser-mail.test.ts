// A received mail in a real browser, without scripts: it is opened, its links are followed, and its recipient unsubscribes
// by keyboard. Events, webhooks and counts follow.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { chromium, type Page } from 'playwright-core';
import type { Models } from 'postmark';
import { endedTimelineOf } from '../scenarios/harness/timeline.ts';
import { readTrackedMail } from '../scenarios/harness/tracked-mail.ts';
import { until } from '../scenarios/harness/until.ts';
import { inboxDomain, sender } from '../scenarios/harness/world.ts';
import { startWebhookReceiver } from '../tools/fake-world/webhook-receiver.ts';
import { chromiumPath, skipWithoutChromium } from './chromium.ts';
import { runPlatform } from './running-platform.ts';

const chromeOfDesk =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

type Payload = { RecordType: string; MessageID: string | null; SuppressSending?: boolean };

test('a mail is opened, clicked in and unsubscribed from in a browser', { skip: skipWithoutChromium }, async () => {
  const headers = { 'Content-Type': 'text/html; charset=utf-8' };
  const shop = await startWebhookReceiver({ react: () => ({ headers, body: 'The shop' }) });
  const receiver = await startWebhookReceiver();
  after(() => Promise.all([shop, receiver].map(each => each.close())));
  const { live, world } = await runPlatform({}, { PENNYBLACK_ALLOW_PRIVATE_TARGETS: 'true' });
  const on = { Enabled: true };
  await live.createWebhook({
    ...{ Url: `${receiver.url}/hook`, MessageStream: 'broadcast' },
    Triggers: { Open: { ...on, PostFirstOpenOnly: false }, Click: on, SubscriptionChange: on },
  });
  const posted = (type: string) =>
    receiver.requests.map(({ body }) => JSON.parse(body) as Payload).filter(({ RecordType }) => RecordType === type);

  const mail = {
    ...{ From: sender, To: `ana@${inboxDomain}`, Subject: 'News', MessageStream: 'broadcast', TrackOpens: true },
    HtmlBody: `<html><body><p>News</p><p><a href="${shop.url}/offer?id=7&amp;from=mail#top">Offer</a></p><p>{{{ pm:unsubscribe }}}</p></body></html>`,
    TrackLinks: 'HtmlAndText' as Models.LinkTrackingOptions,
  };
  const { MessageID } = await live.sendEmail(mail);
  await endedTimelineOf(live, MessageID);
  const [received] = world.sink.messages;
  assert.ok(received);
  const { html } = await readTrackedMail(received);

  const program = await startWebhookReceiver({ react: () => ({ headers, body: html }) });
  after(() => program.close());
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ javaScriptEnabled: false, locale: 'de-DE', userAgent: chromeOfDesk });
    const requests: string[] = [];
    page.on('request', request => requests.push(new URL(request.url()).pathname.slice(0, 3)));

    // From a server, because a browser asks its user before a page of elsewhere may reach the loopback address.
    await page.goto(`${program.url}/mail`, { waitUntil: 'load' });
    await until('the open was told', () => posted('Open').length === 1);
    await page.getByRole('link', { name: 'Offer' }).click();
    await page.getByText('The shop').waitFor();
    assert.equal(page.url(), `${shop.url}/offer?id=7&from=mail#top`);
    assert.equal(shop.requests[0]?.path, '/offer?id=7&from=mail');

    await page.goto(`${program.url}/mail`, { waitUntil: 'load' });
    await pressFocused(page, 'Unsubscribe', 2);
    await page.getByRole('heading', { name: 'Abmelden' }).waitFor();
    assert.equal(await page.getAttribute('html', 'lang'), 'de');
    await assertReadable(page);
    assert.deepEqual(await suppressions(), [], 'looking at the page changes nothing');
    await pressFocused(page, 'Abmelden');
    await page.getByRole('heading', { name: 'Sie sind abgemeldet' }).waitFor();
    await assertReadable(page);
    assert.deepEqual(await suppressions(), ['ManualSuppression Recipient']);
    await assert.rejects(live.sendEmail(mail), { code: 406 });

    await pressFocused(page, 'Wieder anmelden');
    await page.getByRole('heading', { name: 'Sie sind wieder angemeldet' }).waitFor();
    assert.deepEqual(await suppressions(), []);
    await pressFocused(page, 'Abmelden');
    await page.getByRole('heading', { name: 'Sie sind abgemeldet' }).waitFor();
    assert.equal(requests.filter(path => path === '/fa').length, 0, 'nothing but the page is asked for');
  } finally {
    await browser.close();
  }

  const changes = await until('everything was told', () => {
    const told = posted('SubscriptionChange');
    return told.length >= 3 && posted('Click').length >= 1 && posted('Open').length >= 2 && told;
  });
  assert.equal(changes.filter(change => change.SuppressSending && change.MessageID === MessageID).length, 2);
  assert.equal(changes.filter(change => change.SuppressSending === false && change.MessageID === null).length, 1);
  const opens = await live.getMessageOpens({ messageStream: 'broadcast' } as never);
  const clicks = await live.getMessageClicks({ messageStream: 'broadcast' } as never);
  assert.deepEqual([opens.TotalCount, clicks.TotalCount], [1, 1]);
  const { MessageEvents } = await live.getOutboundMessageDetails(MessageID);
  const kinds = MessageEvents.map(event => String(event.Type));
  assert.deepEqual(
    ['Opened', 'LinkClicked', 'SubscriptionChanged'].map(kind => kinds.filter(each => each === kind).length),
    [1, 1, 2],
  );

  async function suppressions(): Promise<string[]> {
    const { Suppressions } = await live.getSuppressions('broadcast');
    return Suppressions.map(row => `${row.SuppressionReason} ${row.Origin}`);
  }
});

/** By keyboard only: as often as a person would have to press Tab. */
async function pressFocused(page: Page, name: string, tabs = 1): Promise<void> {
  for (let pressed = 0; pressed < tabs; pressed += 1) await page.keyboard.press('Tab');
  const focused = page.locator(':focus');
  assert.equal(await focused.innerText(), name);
  assert.notEqual(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'), 'none');
  await page.keyboard.press('Enter');
}

/** WCAG 2.1: contrast of 4.5 to 1 for text, in the light and in the dark; a button that a thumb finds. */
async function assertReadable(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const selector of ['body', 'button']) {
      const style = `getComputedStyle(document.querySelector('${selector}'))`;
      const colours = await page.evaluate<string[]>(`[${style}.color, ${style}.backgroundColor]`);
      const [text, ground] = colours.map(luminance).toSorted((a, b) => b - a);
      const contrast = ((text ?? 0) + 0.05) / ((ground ?? 0) + 0.05);
      assert.ok(contrast >= 4.5, `${selector}, ${colorScheme}: ${contrast}`);
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  const box = await page.locator('button').boundingBox();
  assert.ok((box?.height ?? 0) >= 44);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map(part => {
    const share = Number(part) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
