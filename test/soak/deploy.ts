import { setTimeout } from 'node:timers/promises';
import type { Figure, Scenario } from './scenario.ts';
import { inSetting, type Setting } from './support/setting.ts';
import { type Outcome, steadily, summary } from './support/traffic.ts';

const perSecond = 200;

/** "Deploys lose nothing": SIGTERM in the middle of traffic, from clients that keep connections and from those that do not. */
export const deploy: Scenario = {
  name: 'deploy',
  async run({ short }) {
    const stops = Array.from({ length: short ? 1 : 5 });
    const figures: Figure[] = [];
    for (const keepAlive of short ? [true] : [true, false]) {
      const outcomes: Outcome[] = [];
      const exits: Exit[] = [];
      for (const _ of stops)
        exits.push(await inSetting((setting) => stopUnderLoad(setting, keepAlive, outcomes)));
      figures.push(figureOf(keepAlive, outcomes, exits));
    }
    return figures;
  },
};

interface Exit {
  code: number | string;
  milliseconds: number;
}

async function stopUnderLoad(
  { service, post }: Setting,
  keepAlive: boolean,
  outcomes: Outcome[],
): Promise<Exit> {
  let isGone = false;
  const traffic = steadily(
    perSecond,
    () => isGone,
    () => post({ keepAlive }),
  );
  await setTimeout(2_000);
  const stopped = performance.now();
  service.child.kill('SIGTERM');
  const code = await service.exited;
  const milliseconds = performance.now() - stopped;
  isGone = true;
  outcomes.push(...(await traffic));
  return { code, milliseconds };
}

function figureOf(keepAlive: boolean, outcomes: readonly Outcome[], exits: readonly Exit[]): Figure {
  // Who is refused a connection has sent nothing, and tries the next replica.
  const lost = outcomes.filter(({ status, error }) => status !== 201 && error !== 'ECONNREFUSED');
  const slowest = Math.max(...exits.map(({ milliseconds }) => milliseconds));
  return {
    promise: `SIGTERM at ${perSecond}/s, ${keepAlive ? 'kept connections' : 'a connection each'}: none reset, exit within 15 s`,
    figure: `${exits.length} stops: ${summary(outcomes)}; the slowest took ${(slowest / 1000).toFixed(1)} s`,
    pass: lost.length === 0 && exits.every(({ code }) => code === 0) && slowest < 15_000,
  };
}
