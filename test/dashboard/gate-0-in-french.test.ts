import t from 'tap';
import { reasonFr } from '../../src/dashboard/page/messages/gate-0-fr.ts';
import { storeBaseline } from '../support/baselines.ts';
import { contactAttemptBody } from '../support/events.ts';
import { cycle, startTestService, type TestService } from '../support/service.ts';

/** The reasons of Gate 0 come from the service in English: each has its French sentence, through all that they can say. */

const approval = (status: string) => ({
  choice: 'A choice',
  owner: 'governance-lead',
  decision_date: '2026-03-01',
  status,
});
const control = (more: object) => ({
  owner: 'legal-lead',
  due_date: '2026-03-20',
  status: 'pending',
  ...more,
});
const finding = (more: object) => ({ severity: 'high', likelihood: 'medium', status: 'open', ...more });
const looked = { owner: 'security-lead', due_date: '2026-04-30', mitigation: 'Storage is encrypted' };
const provider = { pilot_cycle_id: cycle, role: 'provider', name: 'A provider', status: 'confirmed' };

t.test('every reason that Gate 0 gives is said in French', async (t) => {
  const s = await startTestService(t);
  const seen = new Set<string>();
  const reasons = async () => {
    const { body } = await s.appAdmin.get(`/gate-0?pilot_cycle_id=${cycle}`);
    for (const { reason } of body.checks) seen.add(reason);
  };
  await reasons();
  for (const step of steps(s)) {
    await step();
    await reasons();
  }
  t.ok(seen.size >= 20, `${seen.size} reasons`);
  for (const reason of seen) {
    const { text, lang } = reasonFr(reason);
    t.equal(lang, 'fr', reason);
    t.not(text, reason);
    const numbers = (sentence: string) => sentence.match(/[A-Z]\d\b|\d[\d-]*/g)?.sort();
    t.same(numbers(text), numbers(reason), 'and nothing of it is lost');
  }
});

t.test('a sentence that is not known stays in English, and says that it is', async (t) => {
  t.same(reasonFr('Something else.'), { text: 'Something else.', lang: 'en' });
  t.same(reasonFr('All seven are locked. And more.').lang, 'en');
});

function steps(s: TestService): (() => Promise<unknown>)[] {
  const put = (path: string, body: object) => async () => {
    const { status, text } = await s.appAdmin.put(path, body);
    if (status > 201) throw new Error(text);
  };
  const start = (day: string) => () =>
    s.asOwner((client) =>
      client.query('UPDATE pilot.pilot_cycles SET starts_on = $1, ends_on = NULL', [day]),
    );
  return [
    ...['D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'D7'].map((id) =>
      put(`/gate-0/approvals/${id}`, approval('locked')),
    ),
    start('2026-03-02'),
    put(`/gate-0/partners/${s.orgA}`, { ...provider, role: 'frontline', org_id: s.orgA }),
    put(`/gate-0/partners/${s.orgB}`, { ...provider, role: 'frontline', org_id: s.orgB }),
    () => storeBaseline(s, s.orgA, { startDate: '2026-02-02', endDate: '2026-03-02' }),
    () => storeBaseline(s, s.orgB, { startDate: '2026-02-09', endDate: '2026-03-02' }),
    put('/integration-feasibility/controls/C1', control({})),
    put('/integration-feasibility/controls/C2', control({ due_date: '2099-03-20' })),
    put(
      '/integration-feasibility/controls/C3',
      control({ status: 'complete', evidence_reference: 'evidence' }),
    ),
    put('/gate-0/claims/one', { source_kind: 'public_record', status: 'open' }),
    put('/gate-0/claims/two', { source_kind: 'public_record', status: 'open' }),
    put('/gate-0/claims/one', { source_kind: 'public_record', status: 'rejected' }),
    put('/gate-0/claims/two', { source_kind: 'public_record', status: 'rejected' }),
    put('/gate-0/threat-findings/one', finding({ severity: 'critical' })),
    put('/gate-0/threat-findings/one', finding({})),
    put('/gate-0/threat-findings/one', finding(looked)),
    put('/gate-0/threat-findings/two', finding(looked)),
    put('/gate-0/partners/provider', provider),
    () =>
      s.owner.post(
        '/events/contact-attempt',
        contactAttemptBody(s.orgA, { attempted_at: '2026-02-10T15:00:00.000Z' }),
      ),
    start('2026-02-20'),
  ];
}
