import type pg from 'pg';
import t from 'tap';
import { contactAttemptBody } from '../../support/events.ts';
import { meeting } from '../../support/meeting.ts';
import { type Answer, type Caller, cycle, startTestService } from '../../support/service.ts';
import { underWay } from '../../support/under-way.ts';

/** Scorecards that are read at the same time share a transaction, and nothing else: each caller sees what is theirs. */
const s = await startTestService(t);
const snapshots = 'pilot_metric_snapshots';
const may = { start: '2026-05-01T00:00:00Z', end: '2026-06-01T00:00:00Z' };

const whole = (orgId: string) => ({ pilot_cycle_id: cycle, org_id: orgId });
const inMay = (orgId: string) => ({ ...whole(orgId), window_start: may.start, window_end: may.end });
const withBaselines = (orgId: string) => ({
  ...whole(orgId),
  baseline_failed_contact_rate: '0.5',
  baseline_p50_seconds_to_connection: '3600',
});
const questions = [s.orgA, s.orgB].flatMap((orgId) => [whole(orgId), inMay(orgId), withBaselines(orgId)]);
const callers = [s.owner, s.viewer, s.ownerB, s.appAdmin, s.stranger];
const asked = callers.flatMap((caller) => questions.map((question) => ({ caller, question })));

const read = ({ caller, question }: { caller: Caller; question: Record<string, string> }) =>
  caller.get(`/metrics/scorecard?${new URLSearchParams(question)}`);
const together = (all: typeof asked) =>
  meeting(s, snapshots, 2, () => Promise.all(all.map(read)), { lock: 'ACCESS EXCLUSIVE' });

t.before(async () => {
  await s.owner.post('/events/contact-attempt', contactAttemptBody(s.orgA));
  for (const [caller, orgId] of [
    [s.owner, s.orgA],
    [s.ownerB, s.orgB],
  ] as const) {
    await caller.post('/metrics/recompute', whole(orgId));
    await caller.post('/metrics/recompute', inMay(orgId));
  }
});

t.test('everyone who asks at the same time hears what they hear alone', async (t) => {
  const alone: Answer[] = [];
  for (const one of asked) alone.push(await read(one));
  const answers = await together([...asked, ...asked]);
  const heard = (list: typeof alone) =>
    list.map(({ status, body }) => ({ status, ...body, instance: undefined, request_id: undefined }));
  t.strictSame(heard(answers), heard([...alone, ...alone]));
  const statuses = (caller: Caller) =>
    asked.flatMap((one, index) => (one.caller === caller ? [answers[index]?.status] : []));
  t.same(statuses(s.owner), [200, 200, 200, 403, 403, 403]);
  t.same(statuses(s.ownerB), [403, 403, 403, 200, 200, 200]);
  t.same(statuses(s.stranger), [403, 403, 403, 403, 403, 403]);
  t.same(statuses(s.appAdmin), [200, 200, 200, 200, 200, 200]);
});

t.test('a role that was taken away counts for whoever waits in line', async (t) => {
  const question = whole(s.orgA);
  const readAs = (caller: Caller) => () => read({ caller, question });
  const waiting: Promise<Answer[]>[] = [];
  const meanwhile = async (client: pg.Client) => {
    waiting.push((await underWay([readAs(s.viewer), readAs(s.owner), readAs(s.viewer)])).answers);
    await client.query('DELETE FROM pilot.organization_members WHERE user_id = $1', [s.viewer.userId]);
  };
  // One after the other, so that they are two transactions, which is as many as there are at a time.
  const first = async () => {
    const { answers } = await underWay([readAs(s.viewer)]);
    return [...(await Promise.all([answers, readAs(s.viewer)()])).flat()];
  };
  const answers = await meeting(s, snapshots, 2, first, { lock: 'ACCESS EXCLUSIVE', meanwhile });
  t.same(
    answers.map(({ status }) => status),
    [200, 200],
  );
  t.same(
    (await Promise.all(waiting)).flat().map(({ status }) => status),
    [403, 200, 403],
  );
});
