import t from 'tap';
import { runModel } from './model-run.ts';
import { startModelService } from './model-service.ts';
import { oneSabotageOfEachKind } from './sabotage.ts';

/** Isolation for any sequence of calls: the service against a model that knows nothing of row-level security. */
const seed = 20_261_121;

const routes = [
  'POST /events/contact-attempt',
  'POST /events/referral',
  'PATCH /events/referral/{id}',
  'POST /events/connection',
  'POST /events/service-status',
  'POST /events/data-decay-audit',
  'POST /events/preference-fit',
  'POST /events/batch',
  'POST /scope/services',
  'POST /metrics/recompute',
  'GET /metrics/scorecard',
  'POST /metrics/recompute of a whole cycle',
  'GET /metrics/scorecard of a whole cycle',
  'POST /integration-feasibility',
];

for (const planCacheMode of ['auto', 'force_generic_plan'] as const) {
  t.test(`no sequence of calls leaves the model, with plan_cache_mode ${planCacheMode}`, async (t) => {
    const service = await startModelService(t, planCacheMode);
    const { sequences, calls, answers, divergence } = await runModel(service, { seed, sequences: 12 });
    t.comment(`seed ${seed}: ${sequences} sequences, ${calls} calls`);
    t.equal(divergence, undefined);
    t.equal(sequences, 12);

    const seen = [...answers];
    for (const route of routes) {
      t.ok(
        seen.some((kind) => kind.startsWith(`${route} 20`)),
        `${route} was accepted`,
      );
      t.ok(
        seen.some((kind) => kind.startsWith(`${route} 403`)),
        `${route} was forbidden`,
      );
    }
    for (const said of ['created', 'replayed', 'updated', 'not-found', 'conflict', 'unknown-reference']) {
      t.ok(
        seen.some((kind) => kind.includes(said)),
        `something was ${said}`,
      );
    }
  });
}

t.test('the model notices when isolation is broken', async (t) => {
  // A plan that keeps its first caller shows only where the plan is kept. A kept plan also outlives the repair.
  const start = () => startModelService(t, 'force_generic_plan');
  const { asSuperuser } = await start();
  for (const { name, break: breaking } of await asSuperuser(oneSabotageOfEachKind)) {
    const service = await start();
    await service.asSuperuser((client) => client.query(breaking));
    const { divergence } = await runModel(service, { seed, sequences: 60, shrink: false });
    t.type(divergence, 'string', name);
  }
});
