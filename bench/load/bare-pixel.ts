// The least that a hit can cost: one Fastify route that answers a picture, and one that answers a redirect. Nothing is
// looked at and nothing recorded. Prints its port.

import fastify from 'fastify';

const pixel = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64');
const app = fastify({ forceCloseConnections: true, routerOptions: { maxParamLength: 3000 } });
app.get('/o/:token', (_request, reply) => reply.header('cache-control', 'no-store').type('image/gif').send(pixel));
app.get('/c/:token', (_request, reply) => reply.code(302).header('location', 'https://shop.test/').send(''));
await app.listen({ host: '127.0.0.1', port: 0 });
console.log(String((app.server.address() as { port: number }).port));
