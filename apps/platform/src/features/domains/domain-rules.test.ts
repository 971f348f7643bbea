import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideDomainName, decideHost } from './domain-rules.ts';
import { isPublicMailDomain } from './public-mail-domains.ts';

const refusalOf = (name: string | undefined) => {
  const decision = decideDomainName(name);
  return decision.kind === 'name' ? decision.name : decision.refusal;
};

test('names come in lower case and as A-labels', () => {
  assert.equal(refusalOf(' Mail.Shop.TEST '), 'mail.shop.test');
  assert.equal(refusalOf('Bücher.test'), 'xn--bcher-kva.test');
});

test('what is no domain, nobody’s domain or everybody’s domain is refused, each with its code', () => {
  for (const [name, refusal] of [
    [undefined, 'domain_name_required'],
    ['  ', 'domain_name_required'],
    [`${'a'.repeat(60)}.`.repeat(5), 'domain_name_too_long'],
    ['bareword', 'domain_name_invalid'],
    ['shop..test', 'domain_name_invalid'],
    ['a_b.test', 'domain_name_invalid'],
    ['192.0.2.1', 'domain_name_invalid'],
    ['desk@shop.test', 'domain_name_invalid'],
    ['gmail.com', 'public_domain_not_allowed'],
    ['example.com', 'sender_or_domain_field_invalid'],
  ] as const) {
    assert.equal(refusalOf(name), refusal, name);
  }
});

test('public mail services are known in every country, and only they', () => {
  for (const name of ['gmail.com', 'yahoo.co.uk', 'hotmail.fr', 'outlook.com.br', 'sub.gmx.de', 'qq.com', 'aol.com'])
    assert.ok(isPublicMailDomain(name), name);
  for (const name of ['notgmail.com', 'yahoo.shop.test', 'outlook.example', 'gmail.com.shop.test', 'live.company'])
    assert.ok(!isPublicMailDomain(name), name);
});

test('hosts stand below their domain; an empty text is none', () => {
  const host = (given: string) => decideHost('ReturnPathDomain', given, 'shop.test');
  assert.deepEqual(host(' PM-Bounces.Shop.test. '), { kind: 'host', host: 'pm-bounces.shop.test' });
  assert.deepEqual(host(' '), { kind: 'host', host: null });
  for (const given of ['shop.test', 'xshop.test', 'other.test', 'a b.shop.test', '.shop.test']) {
    const decision = host(given);
    assert.equal(decision.kind === 'refused' && decision.refusal, 'sender_or_domain_field_invalid', given);
  }
  const long = host(`${'a.'.repeat(130)}shop.test`);
  assert.equal(long.kind === 'refused' && long.refusal, 'sender_or_domain_field_too_long');
});
