import t from 'tap';
import { cycle, startTestService } from '../../support/service.ts';
import { recorderFor } from './support/record.ts';

/** A breakdown takes apart what the metrics divide: its sums are their numerators and denominators. */
const s = await startTestService(t);
const its = recorderFor(s.orgA, s.owner);
const others = recorderFor(s.orgB, s.ownerB);

/** The same numbers at every run, that look like chance. */
let state = 42;
const below = (limit: number) => {
  state = (state * 48_271) % 2_147_483_647;
  return state % limit;
};
const pick = <Item>(items: readonly [Item, ...Item[]]): Item => items[below(items.length)] ?? items[0];

const first = Date.parse('2026-02-27T00:00:00Z');
const days = 35;
const minute = 60_000;
const iso = (time: number) => new Date(time).toISOString();

async function recordSomething(recorder: typeof its): Promise<void> {
  const time = first + below(days * 24 * 60) * minute + below(minute);
  const later = iso(time + below(8 * 24 * 60) * minute + below(2_000));
  const outcome = pick(['connected', 'no_response', 'other_failure', 'intake_unavailable']);
  const contact_attempt_event_id = await recorder.attempt(iso(time), {
    attempt_channel: pick(['phone', 'website', 'in_person']),
    attempt_outcome: outcome,
  });
  if (outcome === 'connected') await recorder.connection(later, { contact_attempt_event_id });
  const referral_state = pick(['initiated', 'connected', 'failed', 'no_response_timeout', 'client_withdrew']);
  const referral_event_id = await recorder.referral(iso(time), {
    referral_state,
    ...(referral_state !== 'initiated' && { terminal_at: later }),
    ...(referral_state === 'failed' && pick([{}, { failure_reason_code: 'ineligible' }])),
  });
  if (referral_state === 'connected') await recorder.connection(later, { referral_event_id });
  const is_fatal = below(3) === 0;
  await recorder.audit(iso(time), {
    is_fatal,
    ...(is_fatal && { fatal_error_category: 'invalid_or_defunct_intake_path' }),
    verification_mode: pick(['web_only', 'provider_confirmation']),
  });
}

for (let n = 0; n < 60; n += 1) await recordSomething(n % 4 === 0 ? others : its);

const whole = { window_start: iso(first), window_end: iso(first + (days + 10) * 24 * 60 * minute) };
const middle = {
  window_start: '2026-03-05T05:00:00.000Z',
  window_end: '2026-03-19T11:11:11.111Z',
};
const windows: Record<string, Record<string, string>> = {
  open: {},
  whole,
  middle,
  'from a moment': { window_start: middle.window_start },
  'until a moment': { window_end: middle.window_end },
};

type Row = Record<string, unknown> & { total: number; counts: number[] };
const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
const sumOf = (rows: Row[], counts: (row: Row) => boolean = () => true) =>
  sum(rows.filter(counts).map(({ total }) => total));

const askers = {
  'an organisation': { who: s.owner, whose: { org_id: s.orgA } },
  'the whole cycle': { who: s.appAdmin, whose: {} },
};
const asked = Object.entries(windows).flatMap(([name, window]) =>
  Object.entries(askers).map(([of, asker]) => ({ what: `${of}, window: ${name}`, window, ...asker })),
);

for (const { what, window, who, whose } of asked) {
  for (const per of ['day', 'week']) {
    t.test(`sums per ${per} are those of a recompute of ${what}`, async (t) => {
      const body = { pilot_cycle_id: cycle, ...whose, ...window };
      const { metrics } = (await who.post('/metrics/recompute', body)).body;
      const found = new Map<string, { numerator: number; denominator: number }>(
        metrics.map((metric: { metric_id: string }) => [metric.metric_id, metric]),
      );
      const answer = await who.get(`/metrics/breakdown?${new URLSearchParams({ ...body, per })}`);
      t.equal(answer.status, 200);
      const { attempts, referrals, audits, time_to_connection } = answer.body;
      t.match(found.get('M1'), {
        numerator: sumOf(attempts, ({ attempt_outcome }) => attempt_outcome !== 'connected'),
        denominator: sumOf(attempts),
      });
      t.match(found.get('M3'), {
        numerator: sumOf(referrals, ({ referral_state }) => referral_state !== 'initiated'),
        denominator: sumOf(referrals),
      });
      t.match(found.get('M6'), {
        numerator: sumOf(audits, ({ fatal_error_category }) => fatal_error_category !== null),
        denominator: sumOf(audits),
      });
      t.match(found.get('M2_P50'), { denominator: time_to_connection.total });
      t.equal(
        sum(time_to_connection.bins.map(({ count }: { count: number }) => count)),
        time_to_connection.total,
      );
      for (const { total, counts } of [...attempts, ...referrals, ...audits]) t.equal(sum(counts), total);
      t.ok(
        [...found.values()].some(({ denominator }) => denominator > 5),
        'something was counted',
      );
    });
  }
}
