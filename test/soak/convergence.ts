import fc from 'fast-check';
import { convergence as property } from '../convergence/support/convergence.ts';
import { startOnCuttableLine } from '../plugins/support/cuttable-proxy.ts';
import type { Scenario } from './scenario.ts';
import { withTestServices } from './support/in-process.ts';

const all = 5_000;
const schedulesPerStory = 10;
/** A service is started anew now and then, because its log adds up. */
const storiesPerService = 100;
const shortMs = 8_000;
/** However long the service took to start. */
const leastMs = 5_000;

/** Any delivery order converges: stories told in order, and in every other way. */
export const convergence: Scenario = {
  name: 'convergence',
  run: async ({ short }) => {
    const promise = 'any delivery order converges';
    const seed = Date.now() % 2 ** 31;
    const until = performance.now() + (short ? shortMs : Number.POSITIVE_INFINITY);
    let schedules = 0;
    while (schedules < all && performance.now() < until) {
      const details = await checkStories(seed + schedules, until);
      schedules += details.numRuns * schedulesPerStory;
      if (details.failed) {
        console.error(fc.defaultReportMessage(details));
        return [
          { promise, figure: `diverged within ${schedules} schedules, seed ${details.seed}`, pass: false },
        ];
      }
    }
    const figure = `${schedules} schedules, 0 diverged`;
    return [{ promise, figure, pass: schedules >= (short ? schedulesPerStory : all) }];
  },
};

function checkStories(seed: number, until: number) {
  return withTestServices(async (t) => {
    const now = new Date();
    const world = await startOnCuttableLine(t, { clock: () => now });
    const left = until - performance.now();
    return fc.check(property(world, schedulesPerStory), {
      seed,
      numRuns: storiesPerService,
      ...(Number.isFinite(left) && { interruptAfterTimeLimit: Math.max(leastMs, left) }),
    });
  });
}
