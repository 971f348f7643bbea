// The unmodified official AccountClient manages domains and sender signatures, against a DNS server with real zones: from
// unverified to verified to rotated to revoked, with mail that verifies at each step, and a confirmation mail that arrives.

import assert from 'node:assert/strict';
import { Resolver } from 'node:dns/promises';
import { test } from 'node:test';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import PostalMime from 'postal-mime';
import { AccountClient, type Models } from 'postmark';
import { runCommand } from '../scenarios/harness/command-line.ts';
import { until } from '../scenarios/harness/until.ts';
import { accountToken, inboxDomain } from '../scenarios/harness/world.ts';
import { runPlatform } from './running-platform.ts';

const mailHost = 'post.pennyblack.test';
const { world, live } = await runPlatform();
const account = new AccountClient(accountToken, { requestHost: new URL(world.url).host, useHttps: false });
const resolver = new Resolver();
resolver.setServers([world.dns.address]);

/** What the client's types do not know. */
type Extended = Models.DomainDetails & {
  DKIMEd25519Verified: boolean;
  DKIMEd25519Host: string;
  DKIMEd25519PendingHost: string;
  DKIMEd25519PendingTextValue: string;
  DNSChecks: { Purpose: string; Host: string; State: string; MissingSince: string }[];
};
const extended = (domain: Models.DomainDetails) => domain as Extended;

const publish = (host: string, value: string) => world.dns.set(host, 'TXT', [value]);

async function arrived(to: string) {
  return until('the mail arrives', () => world.sink.messages.find(message => message.recipients.includes(to)));
}

let mailsSent = 0;

/** Sends one mail and tells who signed it, as a receiver sees it now. */
async function sendAndVerify(from: string) {
  mailsSent += 1;
  const to = `reader${mailsSent}@${inboxDomain}`;
  await live.sendEmail({ From: from, To: to, Subject: 'Hello', TextBody: 'Hello' });
  const mail = await arrived(to);
  return { mail, signatures: await verify(mail.raw) };
}

async function verify(raw: Buffer): Promise<string[]> {
  const { results } = await dkimVerify(raw, { resolver: name => resolver.resolveTxt(name) });
  return results.map(({ status, selector, signingDomain }) => `${status.result} ${selector} ${signingDomain}`);
}

const refusedWith = (code: number) => (error: unknown) => {
  assert.equal((error as { code?: number }).code, code, String(error));
  return true;
};
const selectorOf = (host: string) => host.split('.')[0] ?? '';

let fresh: Models.DomainDetails;

test('a new domain waits for its record, in every field', async () => {
  fresh = await account.createDomain({ Name: 'Fresh.test' });
  const { ID, DKIMPendingHost, DKIMPendingTextValue } = fresh;
  assert.ok(Number.isInteger(ID));
  assert.match(DKIMPendingHost, /^\d{14}pm\._domainkey\.fresh\.test$/);
  assert.match(DKIMPendingTextValue, /^k=rsa; p=MII[\w+/]+=*$/);
  const recorded = Object.fromEntries(Object.entries(fresh).slice(0, 18));
  assert.deepEqual(recorded, {
    ID,
    Name: 'fresh.test',
    SPFVerified: false,
    SPFHost: 'fresh.test',
    SPFTextValue: `v=spf1 a mx include:${mailHost} ~all`,
    DKIMVerified: false,
    WeakDKIM: false,
    DKIMHost: '',
    DKIMTextValue: '',
    DKIMPendingHost,
    DKIMPendingTextValue,
    DKIMRevokedHost: '',
    DKIMRevokedTextValue: '',
    SafeToRemoveRevokedKeyFromDNS: false,
    DKIMUpdateStatus: 'Pending',
    ReturnPathDomain: '',
    ReturnPathDomainVerified: false,
    ReturnPathDomainCNAMEValue: mailHost,
  });
  assert.deepEqual(Object.keys(recorded), Object.keys(fresh).slice(0, 18));
  assert.deepEqual(await account.getDomain(ID), fresh);
});

test('it may not send before it is verified, and a missing record leaves it as it is', async () => {
  const { DNSChecks: _before, ...expected } = extended(fresh);
  const { DNSChecks, ...found } = extended(await account.verifyDomainDKIM(fresh.ID));
  assert.deepEqual(found, expected);
  assert.deepEqual(
    DNSChecks.map(check => check.State),
    ['Missing', 'Missing'],
  );
  const message = { From: 'desk@fresh.test', To: `nobody@${inboxDomain}`, Subject: 'x', TextBody: 'x' };
  await assert.rejects(live.sendEmail(message), refusedWith(400));
  await assert.rejects(account.rotateDomainDKIM(fresh.ID), refusedWith(505));
});

test('another key at the place of the record is told apart from none', async () => {
  publish(fresh.DKIMPendingHost, fresh.DKIMPendingTextValue.replace('MII', 'MIJ'));
  const domain = await account.verifyDomainDKIM(fresh.ID);
  assert.deepEqual([domain.DKIMVerified, domain.DKIMUpdateStatus], [false, 'Failed']);
  await assert.rejects(account.rotateDomainDKIM(fresh.ID), refusedWith(508));
});

test('once the record is there the domain is verified, sends, and its signature verifies', async () => {
  // As people publish it: another order, odd spaces, other case, and cut in pieces, behind a CNAME.
  const key = fresh.DKIMPendingTextValue.split('p=')[1] ?? '';
  world.dns.set(fresh.DKIMPendingHost, '*', { CNAME: 'keys.elsewhere.test' });
  publish('keys.elsewhere.test', ` V=DKIM1 ;p=${key.slice(0, 200)} ${key.slice(200)}; K=RSA;`);
  const domain = await account.verifyDomainDKIM(fresh.ID);
  assert.deepEqual(
    [domain.DKIMVerified, domain.DKIMUpdateStatus, domain.DKIMHost, domain.DKIMTextValue, domain.DKIMPendingHost],
    [true, 'Verified', fresh.DKIMPendingHost, fresh.DKIMPendingTextValue, ''],
  );
  world.dns.set(domain.DKIMHost, '*', { TXT: [domain.DKIMTextValue] });
  const { signatures } = await sendAndVerify('Desk <desk@fresh.test>');
  assert.deepEqual(signatures, [`pass ${selectorOf(domain.DKIMHost)} fresh.test`]);
});

test('the Ed25519 key signs beside it as soon as its own record is there', async () => {
  const waiting = extended(await account.getDomain(fresh.ID));
  assert.equal(waiting.DKIMEd25519Verified, false);
  assert.equal(waiting.DKIMEd25519PendingHost, waiting.DKIMHost.replace('pm.', 'pme.'));
  publish(waiting.DKIMEd25519PendingHost, waiting.DKIMEd25519PendingTextValue);
  const domain = extended(await account.verifyDomainDKIM(fresh.ID));
  assert.deepEqual([domain.DKIMEd25519Verified, domain.DKIMEd25519Host], [true, waiting.DKIMEd25519PendingHost]);
  const { signatures } = await sendAndVerify('desk@fresh.test');
  assert.deepEqual(signatures, [
    `pass ${selectorOf(domain.DKIMHost)} fresh.test`,
    `pass ${selectorOf(domain.DKIMEd25519Host)} fresh.test`,
  ]);
});

test('a rotation: the old key signs until the new record is seen, then the new one; mail in flight still verifies', async () => {
  const before = await account.getDomain(fresh.ID);
  const rotating = await account.rotateDomainDKIM(fresh.ID);
  assert.deepEqual(
    [rotating.DKIMVerified, rotating.DKIMUpdateStatus, rotating.DKIMHost],
    [true, 'Pending', before.DKIMHost],
  );
  assert.ok(rotating.DKIMPendingHost > before.DKIMHost);
  await assert.rejects(account.rotateDomainDKIM(fresh.ID), refusedWith(505));

  const inFlight = await sendAndVerify('desk@fresh.test');
  assert.ok(inFlight.signatures.includes(`pass ${selectorOf(before.DKIMHost)} fresh.test`), inFlight.signatures.join());
  assert.equal((await account.verifyDomainDKIM(fresh.ID)).DKIMHost, before.DKIMHost);

  publish(rotating.DKIMPendingHost, rotating.DKIMPendingTextValue);
  const rotated = await account.verifyDomainDKIM(fresh.ID);
  assert.deepEqual(
    [rotated.DKIMHost, rotated.DKIMPendingHost, rotated.DKIMRevokedHost, rotated.DKIMRevokedTextValue],
    [rotating.DKIMPendingHost, '', before.DKIMHost, before.DKIMTextValue],
  );
  assert.deepEqual([rotated.DKIMUpdateStatus, rotated.SafeToRemoveRevokedKeyFromDNS], ['Verified', false]);
  const after = await sendAndVerify('desk@fresh.test');
  assert.deepEqual(after.signatures, [`pass ${selectorOf(rotated.DKIMHost)} fresh.test`]);
  assert.deepEqual(await verify(inFlight.mail.raw), inFlight.signatures);
});

test('a record that disappears is shown, and neither stops mail nor takes the verification away', async () => {
  const { DKIMHost, DKIMTextValue } = await account.getDomain(fresh.ID);
  world.dns.set(DKIMHost, '*', 'nxdomain');
  const gone = extended(await account.verifyDomainDKIM(fresh.ID));
  const check = gone.DNSChecks.find(one => one.Host === DKIMHost);
  assert.deepEqual([gone.DKIMVerified, check?.State, check?.MissingSince !== ''], [true, 'Missing', true]);
  assert.match(await runCommand(world.folder, world.settings(), ['domains', 'list']), /is gone from the DNS since/);

  world.dns.set(DKIMHost, '*', 'servfail');
  const failing = extended(await account.verifyDomainDKIM(fresh.ID));
  assert.equal(failing.DNSChecks.find(one => one.Host === DKIMHost)?.State, 'Missing');

  world.dns.set(DKIMHost, '*', { TXT: [DKIMTextValue] });
  const back = extended(await account.verifyDomainDKIM(fresh.ID));
  assert.equal(back.DNSChecks.find(one => one.Host === DKIMHost)?.MissingSince, '');
  const { signatures } = await sendAndVerify('desk@fresh.test');
  assert.deepEqual(signatures, [`pass ${selectorOf(DKIMHost)} fresh.test`]);
});

test('a return path of its own is used from the moment that its CNAME is seen', async () => {
  const edited = await account.editDomain(fresh.ID, { ReturnPathDomain: 'bounces.fresh.test' });
  assert.deepEqual([edited.ReturnPathDomain, edited.ReturnPathDomainVerified], ['bounces.fresh.test', false]);
  assert.equal((await account.verifyDomainReturnPath(fresh.ID)).ReturnPathDomainVerified, false);
  const before = await sendAndVerify('desk@fresh.test');
  assert.match(before.mail.mailFrom ?? '', new RegExp(`^pm-.*@${mailHost}$`));

  world.dns.set('bounces.fresh.test', '*', { CNAME: mailHost });
  assert.equal((await account.verifyDomainReturnPath(fresh.ID)).ReturnPathDomainVerified, true);
  const after = await sendAndVerify('desk@fresh.test');
  assert.match(after.mail.mailFrom ?? '', /^pm-[a-z2-7]+@bounces\.fresh\.test$/);

  await assert.rejects(account.editDomain(fresh.ID, { ReturnPathDomain: 'other.fresh.test' }), refusedWith(523));
  await assert.rejects(account.editDomain(fresh.ID, { ReturnPathDomain: 'elsewhere.test' }), refusedWith(522));
  const cleared = await account.editDomain(fresh.ID, { ReturnPathDomain: null as unknown as string });
  assert.deepEqual([cleared.ReturnPathDomain, cleared.ReturnPathDomainVerified], ['', false]);
});

test('SPF, the list, refusals, and removal', async () => {
  const spf = await account.verifyDomainSPF(fresh.ID);
  assert.deepEqual(spf, {
    SPFVerified: true,
    SPFHost: 'fresh.test',
    SPFTextValue: `v=spf1 a mx include:${mailHost} ~all`,
  });
  const second = await account.createDomain({ Name: 'second.test', ReturnPathDomain: 'rp.second.test' });
  assert.equal(second.ReturnPathDomain, 'rp.second.test');
  const listed = await account.getDomains();
  assert.equal(listed.TotalCount, listed.Domains.length);
  assert.deepEqual(
    listed.Domains.map(domain => [domain.Name, domain.DKIMVerified, domain.SPFVerified]),
    [
      ['fresh.test', true, true],
      ['second.test', false, false],
      ['shop.test', true, false],
    ],
  );
  const page = await account.getDomains({ count: 1, offset: 1 });
  assert.deepEqual([page.TotalCount, page.Domains[0]?.Name], [3, 'second.test']);

  await assert.rejects(account.createDomain({ Name: 'second.test' }), refusedWith(512));
  await assert.rejects(account.createDomain({ Name: 'gmail.com' }), refusedWith(503));
  await assert.rejects(account.getDomain(999_999), refusedWith(510));
  const removed = await account.deleteDomain(second.ID);
  assert.deepEqual(removed, { ErrorCode: 0, Message: 'Domain second.test removed.' });
  await assert.rejects(account.getDomain(second.ID), refusedWith(510));
});

test('a sender signature: the mail arrives, its link confirms by its button only, and then the address may send', async () => {
  const address = `owner@${inboxDomain}`;
  const created = await account.createSenderSignature({
    Name: 'Owner',
    FromEmail: address,
    ReplyToEmail: `help@${inboxDomain}`,
    ConfirmationPersonalNote: 'Please <b>confirm</b>.',
  });
  assert.deepEqual(Object.keys(created), [
    'Domain',
    'EmailAddress',
    'ReplyToEmailAddress',
    'Name',
    'Confirmed',
    ...Object.keys(fresh).slice(2, 18),
    'ID',
    'ConfirmationPersonalNote',
  ]);
  assert.deepEqual(
    [created.Domain, created.EmailAddress, created.ReplyToEmailAddress, created.Confirmed, created.DKIMUpdateStatus],
    [inboxDomain, address, `help@${inboxDomain}`, false, 'Pending'],
  );
  const message = { From: address, To: `reader@${inboxDomain}`, Subject: 'From the owner', TextBody: 'Hello' };
  await assert.rejects(live.sendEmail(message), refusedWith(401));

  const mail = await arrived(address);
  assert.ok((await dkimSigners(mail.raw)).every(signer => signer === mailHost));
  const parsed = await PostalMime.parse(mail.raw);
  assert.equal(parsed.from?.address, `no-reply@${mailHost}`);
  assert.match(parsed.text ?? '', /Please <b>confirm<\/b>\./);
  assert.doesNotMatch(parsed.html ?? '', /<b>/);
  const link = /http:\S+/.exec(parsed.text ?? '')?.[0] ?? '';
  assert.ok(link.startsWith(`${world.url}/confirm-sender/`), link);
  assert.ok(parsed.html?.includes(`href="${link}"`));

  const opened = await fetch(link);
  assert.match(await opened.text(), /<form method="post">/);
  assert.equal((await account.getSenderSignature(created.ID)).Confirmed, false, 'a GET changes nothing');
  const pressed = await fetch(link, { method: 'POST' });
  assert.match(await pressed.text(), /is confirmed and may send/);
  assert.equal((await account.getSenderSignature(created.ID)).Confirmed, true);
  assert.equal((await live.sendEmail(message)).ErrorCode, 0);
  const sent = await arrived(`reader@${inboxDomain}`);
  assert.ok(
    (await dkimSigners(sent.raw)).every(signer => signer === mailHost),
    'its domain has no key yet',
  );
  assert.match(await (await fetch(link)).text(), /was used already/);
  await assert.rejects(account.resendSenderSignatureConfirmation(created.ID), refusedWith(506));
});

async function dkimSigners(raw: Buffer): Promise<string[]> {
  const signers = [...raw.toString('latin1').matchAll(/DKIM-Signature:[\s\S]*?d=([^;\s]+);/g)].map(
    match => match[1] ?? '',
  );
  assert.ok(signers.length > 0);
  return signers;
}

test('every other call on sender signatures', async () => {
  const created = await account.createSenderSignature({ Name: 'Two', FromEmail: `two@${inboxDomain}` });
  await arrived(`two@${inboxDomain}`);
  const count = () => world.sink.messages.filter(mail => mail.recipients.includes(`two@${inboxDomain}`)).length;
  const mailsBefore = count();
  assert.deepEqual(await account.resendSenderSignatureConfirmation(created.ID), {
    ErrorCode: 0,
    Message: `Confirmation email for Sender Signature two@${inboxDomain} was re-sent.`,
  });
  await until('it is sent again', () => count() > mailsBefore);

  const edited = await account.editSenderSignature(created.ID, { Name: 'Renamed', ReplyToEmail: 'reply@buyer.test' });
  assert.deepEqual(
    [edited.Name, edited.ReplyToEmailAddress, edited.EmailAddress],
    ['Renamed', 'reply@buyer.test', created.EmailAddress],
  );
  assert.equal((await account.verifySenderSignatureSPF(created.ID)).SPFVerified, true);
  await assert.rejects(account.requestNewDKIMForSenderSignature(created.ID), refusedWith(505));

  // On a verified domain nobody needs to be asked, and its key can be renewed from here.
  const covered = await account.createSenderSignature({ Name: 'Covered', FromEmail: 'anna@fresh.test' });
  assert.equal(covered.Confirmed, true);
  const renewed = await account.requestNewDKIMForSenderSignature(covered.ID);
  assert.notEqual(renewed.DKIMPendingHost, '');
  assert.equal((await account.getDomain(fresh.ID)).DKIMPendingHost, renewed.DKIMPendingHost);

  const listed = await account.getSenderSignatures();
  assert.deepEqual(
    listed.SenderSignatures.map(signature => [signature.EmailAddress, signature.Confirmed]),
    [
      ['anna@fresh.test', true],
      [`owner@${inboxDomain}`, true],
      [`two@${inboxDomain}`, false],
    ],
  );
  await assert.rejects(
    account.createSenderSignature({ Name: 'Twice', FromEmail: `TWO@${inboxDomain}` }),
    refusedWith(504),
  );
  assert.deepEqual(await account.deleteSenderSignature(created.ID), {
    ErrorCode: 0,
    Message: `Signature two@${inboxDomain} removed.`,
  });
  await assert.rejects(account.getSenderSignature(created.ID), refusedWith(501));
});

test('the commands of an operator do the same', async () => {
  const run = (...words: string[]) => runCommand(world.folder, world.settings(), words);
  const printed = await run('domains', 'add', 'byhand.test');
  for (const [, name = '', text = ''] of printed.matchAll(/^(\S+\._domainkey\.\S+)\. +TXT +(".*")$/gm)) {
    world.dns.set(name, 'TXT', [[...text.matchAll(/"([^"]*)"/g)].map(piece => piece[1]).join('')]);
  }
  assert.match(printed, /^_dmarc\.byhand\.test\. {2}TXT {2}"v=DMARC1/m);
  assert.match(await run('domains', 'verify', 'byhand.test'), /byhand\.test is verified/);
  const { signatures } = await sendAndVerify('desk@byhand.test');
  assert.equal(signatures.filter(signature => signature.startsWith('pass ')).length, 2, signatures.join());
  assert.match(await run('domains', 'rotate', 'byhand.test'), /signs as soon as this record is seen/);
  assert.match(await run('domains', 'records'), new RegExp(`^${mailHost}\\. {2}TXT {2}"v=spf1 a -all"$`, 'm'));
  assert.match(await run('senders', 'add', `hand@${inboxDomain}`, 'By', 'Hand'), /gets a mail with a link/);
  await arrived(`hand@${inboxDomain}`);
  await run('senders', 'confirm', `hand@${inboxDomain}`);
  assert.match(await run('senders', 'list'), new RegExp(`hand@${inboxDomain} {2}confirmed`));
});
