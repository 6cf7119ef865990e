import { connect, createServer, type Socket } from 'node:net';
import { freePort } from '../support/free-port.ts';
import type { Figure, Scenario } from './scenario.ts';
import { inSetting, type Setting } from './support/setting.ts';
import { after, type Outcome, send, steadily, summary } from './support/traffic.ts';

const perSecond = 100;
const mostMs = 4_500;
const mostGrowthBytes = 150e6;

/** "Grey failure": a PostgreSQL that is frozen, and a line that carries nothing; both look alive to TCP. */
export const greyFailure: Scenario = {
  name: 'grey-failure',
  async run({ short }) {
    const frozenMs = short ? 4_000 : 20_000;
    const frozen = await inSetting((setting) =>
      measure(setting, 'SIGSTOP of PostgreSQL', frozenMs, {
        begin: () => setting.cluster.freeze(),
        end: () => setting.cluster.thaw(),
      }),
    );
    const line = await blackhole();
    const lost = await inSetting(
      (setting) => measure(setting, 'a blackholed connection', frozenMs, line),
      line.through,
    );
    await line.close();
    return [...frozen, ...lost];
  },
};

interface Failure {
  begin(): void | Promise<void>;
  end(): void | Promise<void>;
}

async function measure(
  setting: Setting,
  what: string,
  milliseconds: number,
  failure: Failure,
): Promise<Figure[]> {
  const { service, orgId, token, post } = setting;
  const base = `${service.url}/api/v1/pilot`;
  const recompute = () =>
    send(`${base}/metrics/recompute`, { token, body: { pilot_cycle_id: 'cycle-a', org_id: orgId } });
  const read = () => send(`${base}/metrics/scorecard?pilot_cycle_id=cycle-a&org_id=${orgId}`, { token });
  await steadily(perSecond, after(2_000), post);
  const before = await service.residentBytes();
  await failure.begin();
  const enough = after(milliseconds);
  const outcomes = (
    await Promise.all([
      steadily(perSecond, enough, post),
      steadily(2, enough, recompute),
      steadily(10, enough, read),
    ])
  ).flat();
  const growth = (await service.residentBytes()) - before;
  await failure.end();
  const slowest = Math.max(...outcomes.map(({ milliseconds }) => milliseconds));
  const back = after(Math.min(milliseconds, 10_000));
  const recovered = await steadily(perSecond, back, post);
  const refused = outcomes.every(({ status }: Outcome) => status === 503);
  return [
    {
      promise: `${what}: answers within 4.5 s, memory bounded`,
      figure: `${milliseconds / 1000} s: ${summary(outcomes)}, slowest ${slowest.toFixed(0)} ms, ${(growth / 1e6).toFixed(0)} MB more`,
      pass: refused && slowest < mostMs && growth < mostGrowthBytes,
    },
    {
      promise: `${what}: works again afterwards`,
      figure: summary(recovered),
      pass: recovered.at(-1)?.status === 201,
    },
  ];
}

/** A line to PostgreSQL that can stop carrying anything, in both directions, without being closed. */
async function blackhole() {
  const port = await freePort();
  let target: URL | undefined;
  let carries = true;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target?.port), target?.hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => carries && to.write(bytes));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
  return {
    through(appUrl: string) {
      target = new URL(appUrl);
      const url = new URL(appUrl);
      url.port = String(port);
      return url.href;
    },
    begin() {
      carries = false;
    },
    end() {
      carries = true;
      // What was swallowed is lost for good, and a real network would have reset these by now.
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
