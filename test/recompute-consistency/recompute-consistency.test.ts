import t from 'tap';
import { startTestService } from '../support/service.ts';
import { recomputeAmongWriters } from './support/consistency.ts';

const recomputes = 40;

t.test('a recompute and a scorecard see one state, whatever is written meanwhile', async (t) => {
  const seen = await recomputeAmongWriters(await startTestService(t), recomputes);
  t.same(seen.torn, []);
  t.ok(seen.recomputes >= recomputes, `${seen.recomputes} recomputes`);
  t.ok(seen.states > recomputes / 2, `${seen.states} different states`);
  for (const what of ['writes', 'corrections', 'reads'] as const)
    t.ok(seen[what] > 0, `${seen[what]} ${what}`);
});
