import { runModel } from '../isolation-model/model-run.ts';
import {
  type ModelService,
  type PlanCacheMode,
  startModelService,
} from '../isolation-model/model-service.ts';
import { everySabotage } from '../isolation-model/sabotage.ts';
import type { Figure, Scenario } from './scenario.ts';
import { withTestServices } from './support/in-process.ts';

const longMs = 10 * 60_000;
const shortMs = 20_000;
const sequencesAtATime = 5;
const mostSequencesToNotice = 200;

/** Isolation for any sequence of calls: as many as fit, with plans as PostgreSQL likes them and with one for every caller. */
export const isolation: Scenario = {
  name: 'isolation',
  run: ({ short }) =>
    withTestServices(async () => {
      const seed = Date.now() % 2 ** 30;
      const until = performance.now() + (short ? shortMs : longMs);
      const figures = await Promise.all([
        compareUntil(until, 'auto', seed),
        compareUntil(until, 'force_generic_plan', seed + 2 ** 30),
      ]);
      return short ? figures : [...figures, await noticeSabotage(seed)];
    }),
};

function compareUntil(until: number, planCacheMode: PlanCacheMode, seed: number): Promise<Figure> {
  return withModelService(planCacheMode, async (service) => {
    let sequences = 0;
    let calls = 0;
    let divergence: string | undefined;
    for (let next = seed; performance.now() < until && divergence === undefined; next += 1) {
      const run = await runModel(service, { seed: next, sequences: sequencesAtATime });
      sequences += run.sequences;
      calls += run.calls;
      divergence = run.divergence;
    }
    if (divergence !== undefined) console.error(divergence);
    return {
      promise: `isolation holds for any sequence of calls (plan_cache_mode ${planCacheMode})`,
      figure: `${sequences} sequences, ${calls} calls, ${divergence === undefined ? 0 : 1} divergences`,
      pass: divergence === undefined && sequences > 0,
    };
  });
}

/** Each sabotage has a service of its own: a plan that is kept outlives the repair of what it was made from. */
async function noticeSabotage(seed: number): Promise<Figure> {
  const sabotages = await withModelService('auto', ({ asSuperuser }) => asSuperuser(everySabotage));
  const unnoticed: string[] = [];
  for (const { name, break: breaking } of sabotages) {
    const { divergence } = await withModelService('force_generic_plan', async (service) => {
      await service.asSuperuser((client) => client.query(breaking));
      return runModel(service, { seed, sequences: mostSequencesToNotice, shrink: false });
    });
    if (divergence === undefined) unnoticed.push(name);
  }
  return {
    promise: 'the isolation test bites',
    figure: `${sabotages.length} ways to break it, unnoticed: ${unnoticed.join(', ') || 'none'}`,
    pass: unnoticed.length === 0,
  };
}

/** Starts a service, runs `work` on it, and takes it down at once: there are many. */
async function withModelService<Result>(
  planCacheMode: PlanCacheMode,
  work: (service: ModelService) => Promise<Result>,
): Promise<Result> {
  const leaving: (() => unknown)[] = [];
  try {
    return await work(await startModelService({ teardown: (leave) => leaving.push(leave) }, planCacheMode));
  } finally {
    for (const leave of leaving) await leave();
  }
}
