import { setTimeout } from 'node:timers/promises';
import type { Figure, Scenario } from './scenario.ts';
import { inSetting, type Setting } from './support/setting.ts';
import { after, percentile, steadily, summary } from './support/traffic.ts';

const perSecond = 100;

/** "Database away": refusals that are quick and say when to come back, by a process that lives and recovers by itself. */
export const outage: Scenario = {
  name: 'outage',
  run: ({ short }) => inSetting((setting) => measure(setting, short ? 6_000 : 30_000)),
};

async function measure({ cluster, service, post, get }: Setting, outageMs: number): Promise<Figure[]> {
  await steadily(perSecond, after(2_000), post);
  await cluster.kill();
  const away = after(outageMs);
  const notReady = firstTime(async () => (await get('/readyz')).status === 503);
  const alive = steadily(5, away, () => get('/healthz'));
  const refusals = await steadily(perSecond, away, post);
  const healthy = (await alive).every(({ status }) => status === 200);

  await cluster.start();
  const recoveredMs = await firstTime(async () => (await post()).status === 201);
  const notReadyMs = await notReady;
  const p99 = percentile(refusals, 0.99);
  const polite = refusals.every(({ status, retryAfter }) => status === 503 && Number(retryAfter) > 0);
  return [
    {
      promise: 'database away: 503 with Retry-After, p99 under 100 ms',
      figure: `${outageMs / 1000} s at ${perSecond}/s: ${summary(refusals)}, p99 ${p99.toFixed(0)} ms`,
      pass: polite && p99 < 100,
    },
    {
      promise: 'database away: process alive, /healthz 200, /readyz 503 within 2 s',
      figure: `/healthz ${healthy ? 'always 200' : 'failed'}, /readyz 503 after ${notReadyMs.toFixed(0)} ms`,
      pass: healthy && service.child.exitCode === null && notReadyMs < 2_000,
    },
    {
      promise: 'database back: first 201 within 5 s',
      figure: `after ${recoveredMs.toFixed(0)} ms`,
      pass: recoveredMs < 5_000,
    },
  ];
}

/** Milliseconds until `holds` is true for the first time. */
async function firstTime(holds: () => Promise<boolean>): Promise<number> {
  const started = performance.now();
  while (!(await holds())) await setTimeout(50);
  return performance.now() - started;
}
