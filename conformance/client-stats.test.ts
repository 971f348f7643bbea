// The unmodified official Node client reads all statistics of mail that was sent, opened, clicked and refused, against a
// running platform.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Errors, Models } from 'postmark';
import { firefox, readTrackedMail, request } from '../scenarios/harness/tracked-mail.ts';
import { until } from '../scenarios/harness/until.ts';
import { inboxDomain, sender } from '../scenarios/harness/world.ts';
import { runPlatform } from './running-platform.ts';

const { live, sandbox, world } = await runPlatform();
const tag = 'November';
const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York', dateStyle: 'short' });

const html = '<html><body><a href="https://shop.test/a">A</a> <a href="https://shop.test/b">B</a></body></html>';

test('every call for statistics answers what happened, and nothing to another server', async () => {
  // A message that is sent around midnight counts on one of two days.
  const days = [today.format(new Date())];
  const { LinkTrackingOptions } = Models;
  await live.sendEmail({ From: sender, To: `ana@${inboxDomain}, ben@${inboxDomain}`, Subject: 'Two', TextBody: 'Two' });
  await live.sendEmail({
    ...{ From: sender, To: `eva@${inboxDomain}`, Subject: 'Tracked', HtmlBody: html, Tag: tag },
    ...{ TrackOpens: true, TrackLinks: LinkTrackingOptions.HtmlOnly },
  });
  for (const kind of ['hardbounce', 'softbounce', 'spamcomplaint'])
    await live.sendEmail({ From: sender, To: `${kind}@bounce-testing.postmarkapp.com`, Subject: 'B', TextBody: 'B' });

  const tracked = await until('the tracked mail has come', async () =>
    world.sink.messages.find(message => message.raw.toString().includes('Subject: Tracked')),
  );
  const mail = await readTrackedMail(tracked);
  assert.ok(mail.pixel && mail.links[0]);
  await request(mail.pixel, { 'User-Agent': firefox });
  await request(mail.pixel, { 'User-Agent': firefox });
  await request(mail.links[0], { 'User-Agent': firefox });
  await until('everything is counted', async () => {
    const { Opens, TotalClicks, Bounced, SpamComplaints } = await live.getOutboundOverview();
    return Opens === 2 && TotalClicks === 1 && Bounced === 2 && SpamComplaints === 1;
  });
  days.push(today.format(new Date()));

  const overview = await live.getOutboundOverview();
  const { Sent, Tracked, UniqueOpens, UniqueLinksClicked, BounceRate, SMTPApiErrors } = overview;
  assert.deepEqual([Sent, Tracked, UniqueOpens, UniqueLinksClicked], [6, 1, 1, 1]);
  assert.deepEqual([BounceRate, SMTPApiErrors], [33.333, 0]);
  const { WithOpenTracking, WithLinkTracking, TotalTrackedLinksSent, WithPlatformRecorded } = overview;
  assert.deepEqual([WithOpenTracking, WithLinkTracking, TotalTrackedLinksSent, WithPlatformRecorded], [1, 1, 2, 1]);

  const sends = await live.getSentCounts({ fromDate: days[0] ?? '', toDate: days[1] ?? '' });
  assert.equal(sends.Sent, 6);
  for (const day of sends.Days) assert.ok(days.includes(day.Date));
  const bounces = await live.getBounceCounts();
  assert.deepEqual([bounces.HardBounce, bounces.SoftBounce, bounces.SMTPApiError, bounces.Transient], [1, 1, 0, 0]);
  assert.equal((await live.getSpamComplaintsCounts()).SpamComplaint, 1);
  assert.equal((await live.getTrackedEmailCounts()).Tracked, 1);
  const opens = await live.getEmailOpenCounts();
  assert.deepEqual([opens.Opens, opens.Unique], [2, 1]);
  assert.equal((await live.getEmailOpenPlatformUsage()).WebMail, 1);
  assert.equal((await live.getEmailOpenClientUsage()).Firefox, 1);
  assert.equal((await live.getEmailOpenReadTimes()).Days.length, 1);
  const clicks = await live.getClickCounts();
  assert.deepEqual([clicks.Clicks, clicks.Unique], [1, 1]);
  assert.equal((await live.getClickBrowserUsage()).Firefox, 1);
  assert.equal((await live.getClickPlatformUsage()).Desktop, 1);
  assert.equal((await live.getClickLocation()).HTML, 1);

  assert.equal((await live.getSentCounts({ tag, messageStream: 'outbound' })).Sent, 1);
  assert.equal((await live.getSentCounts({ messageStream: 'broadcast' })).Sent, undefined);
  assert.deepEqual(await live.getSentCounts({ toDate: '2020-01-01' }), { Days: [] });
  assert.deepEqual(await sandbox.getSentCounts(), { Days: [] });
  await assert.rejects(live.getOutboundOverview({ messageStream: 'nowhere' }), (error: unknown) => {
    assert.ok(error instanceof Errors.ApiInputError);
    return error.code === 1226;
  });
});
