// How strangers try to reach another account's domains and sender signatures.

import assert from 'node:assert/strict';
import { type IsolationEntry, isolate, ownPage, ownThings, refused } from './isolation-entry.ts';
import { type Owner, secretWord } from './isolation-world.ts';

const othersDomain = refused(422, 513);
const othersSender = refused(422, 507);

let made = 0;

/** One more domain of the owner's. Answers its path. */
async function domainOf(owner: Owner): Promise<{ path: string; name: string }> {
  made += 1;
  const name = `${secretWord}-${made}.test`;
  const { ID } = await owner.asAccount('POST', '/domains', { Name: name, ReturnPathDomain: `bounces.${name}` });
  return { path: `/domains/${ID}`, name };
}

/** Its key is in use, so that it may be renewed. */
async function verifiedDomainOf(owner: Owner): Promise<{ path: string; name: string }> {
  const domain = await domainOf(owner);
  const { DKIMPendingHost, DKIMPendingTextValue } = await owner.asAccount('GET', domain.path);
  owner.publish(String(DKIMPendingHost), String(DKIMPendingTextValue));
  await owner.asAccount('PUT', `${domain.path}/verifydkim`);
  return domain;
}

/** One more sender of the owner's; nobody has confirmed it unless its domain is verified. Answers its path. */
async function senderOf(owner: Owner, domainName = `${secretWord}.test`): Promise<string> {
  made += 1;
  const FromEmail = `desk-${made}@${domainName}`;
  const { ID } = await owner.asAccount('POST', '/senders', { FromEmail, Name: secretWord });
  return `/senders/${ID}`;
}

const onDomain = (method: string, action: string, body?: unknown): IsolationEntry =>
  isolate(`${method} /domains/:domainid${action}`, {
    request: async owner => ({ path: `${(await domainOf(owner)).path}${action}`, body }),
    stranger: othersDomain,
    showsTheOwner: true,
  });

const onSender = (method: string, action: string, body?: unknown): IsolationEntry =>
  isolate(`${method} /senders/:senderid${action}`, {
    request: async owner => ({ path: `${await senderOf(owner)}${action}`, body }),
    stranger: othersSender,
    showsTheOwner: true,
  });

export const domainEntries: readonly IsolationEntry[] = [
  isolate('GET /domains', {
    request: async owner => {
      await domainOf(owner);
      return { path: '/domains?count=500&offset=0' };
    },
    stranger: ownPage('Domains'),
    showsTheOwner: true,
  }),
  isolate('POST /domains', {
    // Whose a domain is, its DNS says: a stranger who adds it first does not keep the owner from it.
    request: async () => ({ body: { Name: 'anybodys.test' } }),
    stranger: ownThings((answer: { DKIMVerified: boolean }) => assert.equal(answer.DKIMVerified, false)),
  }),
  onDomain('GET', ''),
  onDomain('GET', '/dns-records'),
  onDomain('PUT', '', { ReturnPathDomain: '' }),
  onDomain('DELETE', ''),
  onDomain('PUT', '/verifydkim'),
  onDomain('PUT', '/verifyreturnpath'),
  onDomain('PUT', '/verifycustomtracking'),
  onDomain('POST', '/verifyspf'),
  isolate('POST /domains/:domainid/rotatedkim', {
    request: async owner => ({ path: `${(await verifiedDomainOf(owner)).path}/rotatedkim` }),
    stranger: othersDomain,
    showsTheOwner: true,
  }),
];

export const senderEntries: readonly IsolationEntry[] = [
  isolate('GET /senders', {
    request: async owner => {
      await senderOf(owner);
      return { path: '/senders?count=500&offset=0' };
    },
    stranger: ownPage('SenderSignatures'),
    showsTheOwner: true,
  }),
  isolate('POST /senders', {
    request: async () => ({ body: { FromEmail: 'desk@anybodys.test', Name: 'Desk' } }),
    stranger: ownThings((answer: { Confirmed: boolean }) => assert.equal(answer.Confirmed, false)),
  }),
  onSender('GET', ''),
  onSender('PUT', '', { Name: 'Changed' }),
  onSender('DELETE', ''),
  onSender('POST', '/resend'),
  onSender('POST', '/verifyspf'),
  isolate('POST /senders/:senderid/requestnewdkim', {
    request: async owner => {
      const { name } = await verifiedDomainOf(owner);
      return { path: `${await senderOf(owner, name)}/requestnewdkim` };
    },
    stranger: othersSender,
    showsTheOwner: true,
  }),
];
