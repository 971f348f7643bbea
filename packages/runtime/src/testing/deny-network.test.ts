import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import dns from 'node:dns';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import test from 'node:test';
import tls from 'node:tls';
import './deny-network.ts';
import { isLoopback } from './deny-network.ts';

const denied = { name: 'NetworkDenied' };
// RFC 5737 and RFC 2606 keep this address and this name free: were the guard absent, nothing would answer.
const address = '192.0.2.1';
const name = 'example.com';

test('connections beyond loopback throw, whoever makes them', async () => {
  assert.throws(() => net.connect(25, address), denied);
  assert.throws(() => net.connect({ port: 25, host: name }), denied);
  assert.throws(() => new net.Socket().connect(25, address), denied);
  assert.throws(() => tls.connect({ port: 443, host: name }), denied);
  assert.throws(() => http.get(`http://${address}/`), denied);
  await assert.rejects(fetch(`http://${name}/`), (error: Error) => (error.cause as Error).name === 'NetworkDenied');
});

test('datagrams beyond loopback throw', () => {
  const socket = dgram.createSocket('udp4');
  assert.throws(() => socket.send('hello', 53, address), denied);
  assert.throws(() => socket.connect(53, address), denied);
  socket.close();
});

test('names are asked of nobody, except of a name server on loopback', async () => {
  assert.throws(() => dns.lookup(name, () => {}), denied);
  assert.throws(() => dns.resolveMx(name, () => {}), denied);
  assert.throws(() => dns.promises.resolveMx(name), denied);
  const resolver = new dns.promises.Resolver({ timeout: 50, tries: 1 });
  resolver.setServers([`${address}:53`]);
  assert.throws(() => resolver.resolveMx(name), denied);

  const silent = dgram.createSocket('udp4');
  silent.bind(0, '127.0.0.1');
  await once(silent, 'listening');
  resolver.setServers([`127.0.0.1:${silent.address().port}`]);
  await assert.rejects(resolver.resolveMx(name), { code: 'ETIMEOUT' });
  silent.close();
});

test('loopback stays open', async () => {
  const server = net.createServer(socket => socket.end('here')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  const socket = net.connect(port, '127.0.0.1');
  assert.equal(String((await once(socket, 'data'))[0]), 'here');
  await Promise.all([once(socket, 'close'), once(server.close(), 'close')]);
  for (const local of ['127.0.0.1', '127.9.9.9', '::1', '[::1]', '::ffff:127.0.0.1', 'localhost']) {
    assert.ok(isLoopback(local), local);
  }
  for (const far of ['10.0.0.1', '::ffff:10.0.0.1', 'fe80::1', '127.0.0.1.example.com']) {
    assert.ok(!isLoopback(far), far);
  }
});
