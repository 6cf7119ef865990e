import t from 'tap';
import { at, errorsOf, storedRows } from '../../support/events.ts';
import { cycle, service, startTestService } from '../../support/service.ts';

const s = await startTestService(t);
const send = (status_code: unknown) =>
  s.owner.post('/events/service-status', {
    pilot_cycle_id: cycle,
    org_id: s.orgA,
    service_id: service,
    checked_at: at,
    status_code,
  });

t.test('status_code takes exactly its codes', async (t) => {
  for (const code of ['available', 'temporarily_unavailable', 'closed', 'unknown']) {
    const answer = await send(code);
    t.equal(answer.status, 201, code);
    const [row] = await storedRows(s, 'service_operational_status_events', answer.body.id);
    t.equal(row?.status_code, code);
  }
  for (const code of ['Available', 'open', '', null, true]) {
    const answer = await send(code);
    t.equal(answer.status, 400, `${code}`);
    t.strictSame(errorsOf(answer), ['status_code invalid_value']);
  }
});
