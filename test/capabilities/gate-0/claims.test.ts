import t from 'tap';
import { errorsOf } from '../../support/events.ts';
import { startTestService } from '../../support/service.ts';

/** What /gate-0/claims has beside what all records have. */
const s = await startTestService(t);
const path = '/gate-0/claims';
const put = (id: string, body: unknown) => s.appAdmin.put(`${path}/${id}`, body);

t.test('a claim is validated only with its evidence', async (t) => {
  const claim = { source_kind: 'external_partner', status: 'validated' };
  const evidence = { evidence_reference: 'claim-log row 7, checked against the annual report' };
  const refused = await put('reach', claim);
  t.equal(refused.status, 400);
  t.same(errorsOf(refused), ['evidence_reference needed_when_validated']);
  t.equal((await put('reach', { ...claim, ...evidence })).status, 201);
  t.match((await s.viewer.get(path)).body.items, [{ id: 'reach', ...claim, ...evidence }]);
});

t.test('in every other state a claim may have evidence or not', async (t) => {
  for (const source_kind of ['external_agent', 'external_partner', 'public_record', 'internal']) {
    for (const status of ['open', 'investigate', 'rejected']) {
      const id = `${source_kind}-${status}`;
      t.equal((await put(id, { source_kind, status })).status, 201, id);
      const evidence_reference = 'registry extract of 2026-03-01';
      t.equal((await put(id, { source_kind, status, evidence_reference })).status, 200, id);
    }
  }
});
