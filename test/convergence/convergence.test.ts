import fc from 'fast-check';
import t from 'tap';
import { startOnCuttableLine } from '../plugins/support/cuttable-proxy.ts';
import { convergence } from './support/convergence.ts';

const schedulesPerStory = 6;
const stories = 4;

t.test(
  'events end in the same figures and the same rows in whatever order and however often they arrive',
  async (t) => {
    const now = new Date();
    const world = await startOnCuttableLine(t, { clock: () => now });
    await fc.assert(convergence(world, schedulesPerStory), {
      numRuns: stories,
      interruptAfterTimeLimit: 60_000,
      markInterruptAsFailure: true,
    });
  },
);
