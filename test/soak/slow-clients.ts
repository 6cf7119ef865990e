import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { httpLimits } from '../../src/http-limits.ts';
import type { Scenario } from './scenario.ts';
import { inSetting } from './support/setting.ts';
import { after, type Outcome, percentile, steadily, summary } from './support/traffic.ts';

const drippers = 500;
const perSecond = 100;

/**
 * "Slow clients": five hundred that send a byte now and then are cut, and nobody else notices. Rounds without and beside them
 * alternate. A p99 of the short version's one round is that of eight requests: it is shown there, and judged in the long one.
 */
export const slowClients: Scenario = {
  name: 'slow-clients',
  run: ({ short }) =>
    inSetting(async (setting) => {
      const { service, token, post } = setting;
      const without: Outcome[] = [];
      const beside: Outcome[] = [];
      let longest = 0;
      await steadily(perSecond, after(3_000), post);
      for (let round = 0; round < (short ? 1 : 5); round++) {
        without.push(...(await steadily(perSecond, after(8_000), post)));
        const cut = Array.from({ length: drippers }, (_, index) => drip(service.url, token, index));
        beside.push(...(await steadily(perSecond, after(8_000), post)));
        longest = Math.max(longest, ...(await Promise.all(cut)));
      }
      const readers = short
        ? []
        : await Promise.all(Array.from({ length: 20 }, () => isCutUnread(service.url)));
      const [p99Without, p99Beside] = [percentile(without, 0.99), percentile(beside, 0.99)];
      const ratio = p99Beside / p99Without;
      return [
        {
          promise: 'slow clients are cut within 12 s',
          figure: `${drippers} drippers, the last cut after ${(longest / 1000).toFixed(1)} s`,
          pass: longest < 12_000,
        },
        ...(short
          ? []
          : [
              {
                promise: 'clients that never read are cut',
                figure: `${readers.filter((isCut) => isCut).length} of ${readers.length}`,
                pass: readers.every((isCut) => isCut),
              },
            ]),
        {
          promise: `beside slow clients, everyone is answered${short ? '' : ', and normal p99 is under 1.5 times'}`,
          figure: `${summary(beside)}; p99 ${p99Without.toFixed(1)} ms without, ${p99Beside.toFixed(1)} ms beside (${ratio.toFixed(2)} times)`,
          pass: (short || ratio < 1.5) && beside.every(({ status }) => status === 201),
        },
      ];
    }),
};

const head = (token: string) =>
  `POST /api/v1/pilot/events/contact-attempt HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\n`;

/** Asks without end and never reads what is answered. @returns whether it was cut after a while */
async function isCutUnread(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).pause();
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(httpLimits.requestsPerConnection));
  // The server looks twice, because what it wrote at first is progress.
  await setTimeout(2 * httpLimits.stalledMs + 10_000);
  // Only who reads hears of the end; a connection that is still open stays so for a while when it is idle.
  socket.resume();
  return Promise.race([closed.then(() => true), setTimeout(httpLimits.idleMs / 3, false)]);
}

/** One of four kinds: says nothing, drips the headers, drips the body, or drips chunks. @returns milliseconds until it was cut */
async function drip(url: string, token: string, index: number): Promise<number> {
  // Five hundred people do not press at the same moment: what a burst costs is what "overload" measures.
  await setTimeout(index * 4);
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => socket.destroy());
  socket.resume();
  await once(socket, 'connect');
  const started = performance.now();
  const closed = once(socket, 'close');
  const beginnings = [
    '',
    'POST /',
    `${head(token)}content-length: 500\r\n\r\n{`,
    `${head(token)}transfer-encoding: chunked\r\n\r\n`,
  ];
  const kind = index % beginnings.length;
  socket.write(beginnings[kind] ?? '');
  while (kind > 0 && socket.writable) {
    socket.write(kind === 3 ? '1\r\n \r\n' : 'a');
    await setTimeout(1_000);
  }
  await closed;
  return performance.now() - started;
}
