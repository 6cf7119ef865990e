import { recomputeAmongWriters } from '../recompute-consistency/support/consistency.ts';
import { startTestService } from '../support/service.ts';
import type { Scenario } from './scenario.ts';
import { withTestServices } from './support/in-process.ts';

/** A recompute sees one state, and so does who reads the scorecard, while others write. */
export const recomputeConsistency: Scenario = {
  name: 'recompute-consistency',
  run: ({ short }) =>
    withTestServices(async (t) => {
      const wanted = short ? 200 : 2_000;
      const seen = await recomputeAmongWriters(await startTestService(t), wanted);
      for (const torn of seen.torn) console.error(torn);
      const { recomputes, states, reads, writes, corrections } = seen;
      const others = `${reads} reads, ${writes} joint writes, ${corrections} corrections`;
      return [
        {
          promise: 'a recompute sees one state',
          figure: `${recomputes} recomputes of ${states} states, ${others}: ${seen.torn.length} torn`,
          pass: seen.torn.length === 0 && recomputes >= wanted && states > wanted / 2,
        },
      ];
    }),
};
