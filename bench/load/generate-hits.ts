// Readers of mail, in a process of their own: each connection asks for the next path when the last one was answered.

import { readFileSync } from 'node:fs';
import { HttpConnection } from './http-connection.ts';

export type HitLoad = {
  port: number /** A JSON list: too long for a command line. */;
  pathsFile: string;
  status: number;
  connections: number;
  seconds: number;
};
export type HitLoadResult = { hits: number; seconds: number; processorMilliseconds: number };

const load: HitLoad = JSON.parse(process.argv[2] ?? '');
const userAgent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0';
const paths: string[] = JSON.parse(readFileSync(load.pathsFile, 'utf8'));
const requests = paths.map(path =>
  Buffer.from(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${load.port}\r\nUser-Agent: ${userAgent}\r\nAccept: image/*\r\n\r\n`,
  ),
);
let hits = 0;

async function readOn(connection: HttpConnection, endsAt: number): Promise<void> {
  while (performance.now() < endsAt) {
    const request = requests[hits % requests.length] as Buffer; // the remainder is inside the list
    hits += 1;
    const { status } = await connection.exchange(request);
    if (status !== load.status) throw new Error(`The answer was ${status}.`);
  }
}

const connections = Array.from({ length: load.connections }, () => new HttpConnection(load.port));
const processorBefore = process.cpuUsage();
const beganAt = performance.now();
await Promise.all(connections.map(connection => readOn(connection, beganAt + load.seconds * 1000)));
const seconds = (performance.now() - beganAt) / 1000;
const processor = process.cpuUsage(processorBefore);
for (const connection of connections) connection.close();
const result: HitLoadResult = { hits, seconds, processorMilliseconds: (processor.user + processor.system) / 1000 };
console.log(JSON.stringify(result));
