import { randomUUID } from 'node:crypto';
import t from 'tap';
import { at, contactAttemptBody, errorsOf, later, referralBody } from '../../support/events.ts';
import { cycle, service, startTestService } from '../../support/service.ts';

/** The baselines of the scorecard and the verdict of Gate 1, as the endpoint answers them. */
type Body = Record<string, unknown>;

const s = await startTestService(t);
const rate = 'baseline_failed_contact_rate';
const p50 = 'baseline_p50_seconds_to_connection';
const baselines = { [rate]: '0.5', [p50]: '7200' };
const scorecard = (more: Record<string, string> = {}) =>
  s.viewer.get(
    `/metrics/scorecard?${new URLSearchParams({ pilot_cycle_id: cycle, org_id: s.orgA, ...more })}`,
  );
const measured = { pilot_cycle_id: cycle, org_id: s.orgA };

t.test(
  'gate 1 is judged only with both baselines, and figures that are null fail with the reason',
  async (t) => {
    t.equal((await s.owner.post('/metrics/recompute', measured)).status, 200);
    t.equal((await scorecard()).body.gate_1, null);
    for (const [name, value] of Object.entries(baselines)) {
      const answer = await scorecard({ [name]: value });
      t.equal(answer.status, 200);
      t.equal(answer.body.gate_1, null, `only ${name}`);
    }
    const check = (metric_id: string, baseline: number | null, threshold: number) => ({
      metric_id,
      measured: null,
      baseline,
      threshold,
      pass: false,
      reason: 'not_measured',
    });
    t.strictSame((await scorecard(baselines)).body.gate_1, {
      checks: [
        check('M1', 0.5, 0.35),
        check('M2_P50', 7200, 5400),
        check('M4', null, 0.7),
        check('M3', null, 0.5),
        check('M6', null, 0.1),
      ],
      passed_all: false,
      decision: 'kill_weakest_and_rerun',
      baseline_source: 'request',
      baseline_run_id: null,
    });
  },
);

t.test('the verdict follows from how many checks were missed', async (t) => {
  const anchor = randomUUID();
  const ended = { referral_state: 'connected', terminal_at: later };
  const events: [string, Body][] = [
    ['/events/contact-attempt', contactAttemptBody(s.orgA, { id: anchor, attempt_outcome: 'connected' })],
    [
      '/events/connection',
      { ...measured, service_id: service, connected_at: later, contact_attempt_event_id: anchor },
    ],
    ['/events/referral', referralBody(s.orgA, ended)],
    ['/scope/services', { ...measured, service_id: service, sla_tier: 'standard' }],
    [
      '/events/service-status',
      { ...measured, service_id: service, checked_at: new Date().toISOString(), status_code: 'closed' },
    ],
    [
      '/events/data-decay-audit',
      { ...measured, service_id: service, audited_at: at, is_fatal: false, verification_mode: 'web_only' },
    ],
  ];
  for (const [path, body] of events) t.equal((await s.owner.post(path, body)).status, 201, path);
  t.equal((await s.owner.post('/metrics/recompute', measured)).status, 200);
  const verdicts: [Record<string, string>, Record<string, string>, string][] = [
    [{}, {}, 'proceed'],
    [{ [p50]: '7199.999' }, { M2_P50: 'above_threshold' }, 'iterate_one_more_cycle'],
    [{ [rate]: '0' }, { M1: 'baseline_is_zero' }, 'iterate_one_more_cycle'],
    [
      { [rate]: '0.0', [p50]: '1' },
      { M1: 'baseline_is_zero', M2_P50: 'above_threshold' },
      'kill_weakest_and_rerun',
    ],
  ];
  for (const [more, reasons, decision] of verdicts) {
    const { gate_1 } = (await scorecard({ ...baselines, ...more })).body;
    t.equal(gate_1.decision, decision, JSON.stringify(more));
    t.equal(gate_1.passed_all, decision === 'proceed');
    for (const { metric_id, pass, reason } of gate_1.checks) {
      t.strictSame([pass, reason], [!(metric_id in reasons), reasons[metric_id] ?? null], metric_id);
    }
  }
});

t.test('baselines are plain decimals in their range', async (t) => {
  const odd = [
    '',
    ' ',
    '0x1',
    '1e3',
    '1e-1',
    '-1',
    '-0',
    '+1',
    '.5',
    '1.',
    '1,5',
    '0.5.5',
    'NaN',
    'Infinity',
    '١',
    'null',
  ];
  const refused = {
    [rate]: [...odd, '1.5', '1.000000000000001', '2', '10'],
    [p50]: [...odd, '0', '0.0', '000', '0.000'],
  };
  for (const [name, values] of Object.entries(refused)) {
    for (const value of values) {
      const answer = await scorecard({ ...baselines, [name]: value });
      t.equal(answer.status, 400, `${name}=${value}`);
      t.strictSame(errorsOf(answer), [`${name} invalid_format`]);
    }
  }
  const accepted = {
    [rate]: ['0', '0.0', '1', '1.0', '0.123456789012345'],
    [p50]: ['1', '0.5', '86400', '5400.25'],
  };
  for (const [name, values] of Object.entries(accepted)) {
    for (const value of values) {
      t.equal((await scorecard({ ...baselines, [name]: value })).status, 200, `${name}=${value}`);
    }
  }
});

t.test('a figure of the service itself is accepted as a baseline, with all of its digits', async (t) => {
  for (const figure of [1 / 3, 10 / 21, 5 / 87, 1]) {
    t.equal(
      (await scorecard({ [rate]: String(figure), [p50]: String(figure * 1000) })).status,
      200,
      String(figure),
    );
  }
});
