// The trivial receiver of calls, in a process of its own: answers 200 to every POST once it has the body, and counts.
// GET answers the count. Prints its port.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

let calls = 0;

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.end(String(calls));
    return;
  }
  request.resume().on('end', () => {
    calls += 1;
    response.end();
  });
});

server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
