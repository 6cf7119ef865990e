import { randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import t from 'tap';
import { Problem } from '../../src/errors.ts';
import { Signals } from '../../src/plugins/signal-metrics.ts';
import { fieldCodes } from '../../src/plugins/validation.ts';
import { exchange, rawRequest } from '../plugins/support/raw-http.ts';
import { contactAttemptBody, eventKinds, later, referralBody } from '../support/events.ts';
import { cycle, startTestService } from '../support/service.ts';
import { type Exposition, parseExposition } from './support/exposition.ts';
import { growth, observe } from './support/observe.ts';
import { promtool, skipWithoutPromtool } from './support/promtool.ts';

/** What the service counts, read where Prometheus reads it. */
const s = await startTestService(t);
const scrape = await observe(t, s.app);

/** The expositions before and after `work`. */
async function around(work: () => Promise<unknown>): Promise<[Exposition, Exposition]> {
  const before = await scrape();
  await work();
  return [before, await scrape()];
}

const pilot = '/api/v1/pilot';
const attempts = `${pilot}/events/contact-attempt`;

t.test('every request is counted by method, template and status, and timed', async (t) => {
  const seen = await around(async () => {
    await s.owner.post('/events/contact-attempt', contactAttemptBody(s.orgA));
    await s.stranger.post('/events/contact-attempt', contactAttemptBody(s.orgA));
    await s.owner.get(`/metrics/scorecard?pilot_cycle_id=${cycle}&org_id=${s.orgA}`);
    await s.owner.patch(`/events/referral/${randomUUID()}`, {
      source_org_id: s.orgA,
      referral_state: 'connected',
      updated_at: later,
      terminal_at: later,
    });
  });
  const expected = [
    ['POST', attempts, '201'],
    ['POST', attempts, '403'],
    ['GET', `${pilot}/metrics/scorecard`, '404'],
    ['PATCH', `${pilot}/events/referral/:id`, '404'],
  ] as const;
  for (const [method, route, status] of expected) {
    const labels = { method, route, status };
    t.equal(growth(seen, 'pilot_http_requests_total', labels), 1, `${method} ${route} ${status}`);
    t.equal(growth(seen, 'pilot_http_request_duration_seconds_count', labels), 1);
    t.ok(growth(seen, 'pilot_http_request_duration_seconds_sum', labels) > 0);
  }
});

t.test('a request that its sender gave up is counted as that', async (t) => {
  const before = await scrape();
  await s.asSuperuser(async (client) => {
    await client.query('BEGIN; LOCK TABLE pilot.pilot_contact_attempt_events');
    const hangUp = new AbortController();
    const waits =
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    const sent = fetch(`${s.url}${attempts}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${s.owner.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(contactAttemptBody(s.orgA)),
      signal: hangUp.signal,
    });
    const failed = t.rejects(sent);
    await s.asSuperuser(async (observer) => {
      while ((await observer.query(waits)).rowCount === 0);
    });
    hangUp.abort();
    await failed;
    const labels = { method: 'POST', route: attempts };
    while (growth([before, await scrape()], 'pilot_http_requests_aborted_total', labels) !== 1);
    await client.query('ROLLBACK');
  });
});

t.test('what is refused for its shape is counted by route, problem and code', async (t) => {
  const { entity_key_hash, ...incomplete } = contactAttemptBody(s.orgA);
  const { 0: before, 1: after } = await around(async () => {
    await s.owner.post('/events/contact-attempt', { ...incomplete, shoe_size: 43, shoe_colour: 'red' });
    await s.owner.post('/events/contact-attempt', contactAttemptBody(s.orgA, { notes: 'a secret' }));
    await s.owner.post('/events/contact-attempt', '{"a":');
    await s.owner.get(`/metrics/scorecard?org_id=${s.orgA}`);
  });
  const grown = (name: string, labels: Record<string, string>) => growth([before, after], name, labels);
  const expected: [string, string, string, string[]][] = [
    ['POST', attempts, 'invalid-request', ['required', 'unknown_field']],
    ['POST', attempts, 'privacy-key', ['privacy_key']],
    ['POST', attempts, 'malformed-json', ['not_json']],
    ['GET', `${pilot}/metrics/scorecard`, 'invalid-request', ['required']],
  ];
  for (const [method, route, problem, codes] of expected) {
    const labels = { method, route, problem };
    t.equal(before.sum('pilot_rejections_total', labels), 0, 'it is there before the first one');
    t.equal(grown('pilot_rejections_total', labels), 1, `${method} ${route} ${problem}`);
    for (const code of codes) t.equal(grown('pilot_rejection_codes_total', { ...labels, code }), 1, code);
  }
});

t.test(
  'whatever a route declares as a refusal begins at 0, and so does every refusal of an event',
  async (t) => {
    const seen = await scrape();
    const route = `${pilot}/events/referral/:id`;
    const expected = {
      'state-conflict': 0,
      unauthenticated: 0,
      'rate-limited': 0,
      unavailable: 0,
      'missing-table': 0,
    };
    for (const [problem, count] of Object.entries(expected))
      t.equal(seen.sum('pilot_rejections_total', { method: 'PATCH', route, problem }), count, problem);
    const { id, ...incomplete } = referralBody(s.orgA, { id: randomUUID() });
    const [before, after] = await around(() =>
      s.owner.post('/events/batch', {
        events: [
          { kind: 'referral', ...incomplete },
          { kind: 'referral', id, ...incomplete, source_org_id: s.orgB },
          { kind: 'referral', id, ...incomplete, service_id: 'nobodys' },
          { kind: 'referral-update', referral_id: randomUUID(), source_org_id: s.orgA, referral_state: 'x' },
        ],
      }),
    );
    const ofEvents = ({ series }: Exposition) =>
      series
        .filter(({ name }) => name === 'pilot_batch_event_rejections_total')
        .map(({ labels }) => `${labels.kind} ${labels.problem}`);
    t.same(ofEvents(after), ofEvents(before));
    t.equal(
      before.sum('pilot_batch_event_rejections_total', { kind: 'referral', problem: 'internal-error' }),
      0,
    );
    t.equal(growth([before, after], 'pilot_batch_event_rejections_total'), 4);
  },
);

t.test(
  'the events of a batch are counted by kind: recorded by result, refused by problem and code',
  async (t) => {
    const referral = randomUUID();
    const events = [
      { kind: 'contact-attempt', ...contactAttemptBody(s.orgA, { id: randomUUID() }) },
      { kind: 'contact-attempt', ...contactAttemptBody(s.orgA, { id: randomUUID(), service_id: 'nobody' }) },
      { kind: 'referral', ...referralBody(s.orgA, { id: referral }) },
      { kind: 'referral', ...referralBody(s.orgA, { id: referral }) },
      {
        kind: 'referral-update',
        referral_id: referral,
        source_org_id: s.orgA,
        referral_state: 'connected',
        updated_at: later,
        terminal_at: later,
      },
      { kind: 'referral', ...referralBody(s.orgA, { id: randomUUID(), message: 'a secret' }) },
      { kind: 'connection', id: randomUUID() },
      { kind: 'a secret', id: randomUUID() },
    ];
    const seen = await around(() => s.owner.post('/events/batch', { events }));
    const recorded: [string, string, number][] = [
      ['contact-attempt', 'created', 1],
      ['referral', 'created', 1],
      ['referral', 'replayed', 1],
      ['referral-update', 'updated', 1],
      ['connection', 'created', 0],
    ];
    for (const [kind, result, count] of recorded)
      t.equal(growth(seen, 'pilot_events_recorded_total', { kind, result }), count, `${kind} ${result}`);
    const refused: [string, string, string][] = [
      ['contact-attempt', 'unknown-reference', 'not_registered'],
      ['referral', 'privacy-key', 'privacy_key'],
      ['connection', 'invalid-request', 'required'],
      ['(unknown)', 'invalid-request', 'invalid_value'],
    ];
    for (const [kind, problem, code] of refused) {
      t.equal(growth(seen, 'pilot_batch_event_rejections_total', { kind, problem }), 1, `${kind} ${problem}`);
      const labels = { kind, problem, code };
      t.equal(growth(seen, 'pilot_batch_event_rejection_codes_total', labels), 1, code);
    }
    t.equal(growth(seen, 'pilot_http_requests_total', { route: `${pilot}/events/batch`, status: '200' }), 1);
  },
);

t.test('single events of every kind are counted as created once, and then as replayed', async (t) => {
  for (const { name, path, body } of eventKinds) {
    const event = { ...(await body(s)), id: randomUUID() };
    const seen = await around(async () => {
      for (let sent = 0; sent < 3; sent += 1) await s.owner.post(path, event);
    });
    const of = (result: string) => growth(seen, 'pilot_events_recorded_total', { kind: name, result });
    t.same([of('created'), of('replayed'), of('updated')], [1, 2, 0], name);
  }
});

t.test('an update of a referral is counted as updated, and then as replayed', async (t) => {
  const id = randomUUID();
  await s.owner.post('/events/referral', referralBody(s.orgA, { id }));
  const update = {
    source_org_id: s.orgA,
    referral_state: 'connected',
    updated_at: later,
    terminal_at: later,
  };
  const seen = await around(async () => {
    for (let sent = 0; sent < 2; sent += 1) await s.owner.patch(`/events/referral/${id}`, update);
  });
  for (const result of ['updated', 'replayed'])
    t.equal(growth(seen, 'pilot_events_recorded_total', { kind: 'referral-update', result }), 1, result);
});

t.test('how many share a transaction is counted by capability', async (t) => {
  const events = Array.from({ length: 30 }, () => ({
    kind: 'service-status',
    id: randomUUID(),
    pilot_cycle_id: cycle,
    org_id: s.orgA,
    service_id: 'service-one',
    checked_at: later,
    status_code: 'available',
  }));
  const seen = await around(() => s.owner.post('/events/batch', { events }));
  const labels = { breaker: 'service-status' };
  t.equal(growth(seen, 'pilot_group_commit_size_sum', labels), 30, 'each of them once');
  t.ok(growth(seen, 'pilot_group_commit_size_count', labels) < 30, 'together');

  const refuse = (verb: string) =>
    s.asOwner((client) =>
      client.query(
        `${verb} INSERT ON pilot.service_operational_status_events ${verb === 'GRANT' ? 'TO' : 'FROM'} pilot_app`,
      ),
    );
  await refuse('REVOKE');
  const failed = await around(() =>
    s.owner.post('/events/batch', { events: events.map((event) => ({ ...event, id: randomUUID() })) }),
  );
  await refuse('GRANT');
  const rejected = { kind: 'service-status', problem: 'internal-error' };
  t.equal(growth(failed, 'pilot_batch_event_rejections_total', rejected), 30);
  t.equal(
    growth(failed, 'pilot_group_commit_size_sum', labels),
    0,
    'and those of a transaction that failed are none',
  );
});

t.test('a calculation of the metrics is timed by how it ended', async (t) => {
  const body = { pilot_cycle_id: cycle, org_id: s.orgA };
  const seen = await around(async () => {
    t.equal((await s.owner.post('/metrics/recompute', body)).status, 200);
    t.equal((await s.stranger.post('/metrics/recompute', body)).status, 403);
    t.equal((await s.owner.post('/metrics/recompute', { ...body, pilot_cycle_id: 'nobodys' })).status, 422);
  });
  const of = (result: string) => growth(seen, 'pilot_recompute_duration_seconds_count', { result });
  t.same([of('ok'), of('refused'), of('failed')], [1, 2, 0]);
  const last = 'pilot_recompute_last_success_timestamp_seconds';
  t.ok(growth(seen, last, { of: 'organization' }) > 1.7e9);
  t.equal(seen[1].sum(last, { of: 'cycle' }), 0);
  const wholeCycle = await around(() => s.appAdmin.post('/metrics/recompute', { pilot_cycle_id: cycle }));
  const ofCycle = { of: 'cycle', result: 'ok' };
  t.equal(growth(wholeCycle, 'pilot_recompute_duration_seconds_count', ofCycle), 1);
  t.equal(growth(wholeCycle, 'pilot_recompute_duration_seconds_count'), 1);
  t.ok(growth(wholeCycle, last, { of: 'cycle' }) > 1.7e9);
  t.equal(seen[1].sum('pilot_recompute_last_failure_timestamp_seconds'), 0);
});

t.test('refusals by a rate limit are counted by bucket', async (t) => {
  const limited = await startTestService(t, {
    config: {
      rateLimits: { events: 1, recompute: 0, scorecard: 0, decisions: 0, reads: 0 },
      batchEventsPerMinute: 1,
    },
  });
  const scrapeLimited = await observe(t, limited.app);
  const event = () => ({
    kind: 'contact-attempt',
    ...contactAttemptBody(limited.orgA, { id: randomUUID() }),
  });
  await limited.owner.post('/events/batch', { events: [event(), event()] });
  await limited.owner.post('/events/batch', { events: [event()] });
  const seen = await scrapeLimited();
  t.equal(seen.sum('pilot_rate_limit_refusals_total', { bucket: 'batch-events' }), 1);
  t.equal(seen.sum('pilot_rate_limit_refusals_total', { bucket: 'events' }), 1);
  t.equal(seen.sum('pilot_rate_limit_refusals_total', { bucket: 'reads' }), 0);
});

t.test('nothing of a caller gets into the metrics, and no caller makes them longer', async (t) => {
  const word = 'zqxj-the-secret-of-a-caller';
  const send = async () => {
    const auth = `authorization: Bearer ${s.owner.token}`;
    const targets = [
      `/${word}`,
      `/api/${word}`,
      `${pilot}/${word}?${word}=${word}`,
      `${pilot}/events/referral/${word}`,
      `${pilot}/events/referral/${word.repeat(20)}`,
      `/%zz${word}`,
      `http://${word}/api/v1/pilot/events/referral`,
      `/docs/static/${word}`,
      `/metrics/${word}`,
    ];
    for (const method of [
      'GET',
      'POST',
      'PATCH',
      'DELETE',
      'OPTIONS',
      'PROPFIND',
      'M-SEARCH',
      word.toUpperCase(),
    ])
      for (const target of targets)
        await exchange(
          s.url,
          rawRequest(method, target, [auth, `x-request-id: ${word}`, `${word}: ${word}`]),
        );
    for (const body of [
      { [word]: word },
      { kind: word },
      `{"${word}"`,
      { events: [{ kind: word, [word]: 1 }, 7] },
    ]) {
      await s.owner.post('/events/batch', body);
      await s.owner.post('/events/contact-attempt', body);
      await s.owner.post('/metrics/recompute', body);
    }
    await s.owner.post('/events/contact-attempt', contactAttemptBody(s.orgA, { service_id: word, id: word }));
    await s.owner.post('/metrics/recompute', { pilot_cycle_id: word, org_id: randomUUID() });
    for (const token of [word, `${s.owner.token}${word}`])
      await s.send('GET', '/metrics/scorecard', { token });
  };
  await send();
  const first = await scrape();
  await send();
  const second = await scrape();
  t.notMatch(second.text.toLowerCase(), word);
  const keysOf = ({ series }: Exposition) =>
    new Set(
      series
        .filter(({ name }) => name.startsWith('pilot_'))
        .map(({ name, labels }) => name + JSON.stringify(labels)),
    );
  t.same([...keysOf(second)], [...keysOf(first)], 'the same series as after the first time');
  t.ok((second.sum('pilot_http_requests_total', { method: '(unknown)', route: '(unknown)' }) ?? 0) > 30);

  const closed: Record<string, RegExp> = {
    method: /^(GET|POST|PUT|PATCH|\(unknown\))$/,
    route: /^(\(unknown\)|\/[\w./:*-]*)$/,
    status: /^[1-5]\d\d$/,
    problem: /^[a-z-]+$/,
  };
  for (const { name, labels } of second.series.filter(({ name }) => name.startsWith('pilot_')))
    for (const [label, value] of Object.entries(labels))
      if (closed[label] && !closed[label].test(value)) t.fail(`${name} ${label}`);
});

t.test('every code that a refusal names is in the list from which labels come', async (t) => {
  const root = new URL('../../', import.meta.url);
  const notOfRefusals = ['custom', 'available', 'intake_closed', 'no_decision', 'control_overdue'];
  for (const path of globSync('src/**/*.ts', { cwd: root })) {
    for (const [, code = ''] of readFileSync(new URL(path, root), 'utf8').matchAll(/\bcode: '([a-z_]+)'/g))
      t.ok(fieldCodes.has(code) || notOfRefusals.includes(code), `${path}: ${code}`);
  }
  t.equal((await scrape()).sum('pilot_rejection_codes_total', { code: 'other' }), undefined);
});

t.test('a code that is not in the list is counted as other', async (t) => {
  const signals = new Signals();
  const errors = [{ path: 'a', code: 'made-up-on-the-way', message: 'is wrong' }];
  signals.requestRefused(
    { method: 'POST', route: '/somewhere' },
    new Problem('invalid-request', 'It is wrong.', { errors }),
  );
  signals.eventRefused(new Problem('invalid-request', 'It is wrong.', { errors }));
  const { text, sum } = parseExposition(await signals.exposition());
  t.equal(sum('pilot_rejection_codes_total', { code: 'other' }), 1);
  t.equal(sum('pilot_batch_event_rejection_codes_total', { code: 'other' }), 1);
  t.notMatch(text, 'made-up');
});

t.test(
  'the state at rest: breakers closed, pools named, ready, all migrations applied, the build',
  async (t) => {
    const seen = await scrape();
    const only = (name: string) => seen.series.filter((one) => one.name === name && one.value === 1);
    const breakers = only('pilot_breaker_state');
    t.ok(breakers.length > 15);
    t.same(new Set(breakers.map(({ labels }) => labels.state)), new Set(['closed']));
    const pools = seen.series.filter(({ name }) => name === 'pilot_db_pool_connections_max');
    t.match(Object.fromEntries(pools.map(({ labels, value }) => [labels.pool, value])), {
      shared: 5,
      'metrics-recompute': 2,
      probe: 1,
    });
    t.same(
      only('pilot_readiness').map(({ labels }) => labels.state),
      ['ready'],
    );
    t.ok((seen.sum('pilot_migrations', { state: 'applied' }) ?? 0) >= 23);
    t.equal(seen.sum('pilot_migrations', { state: 'pending' }), 0);
    t.equal(only('pilot_build_info').length, 1);
    for (const name of ['nodejs_eventloop_lag_p99_seconds', 'process_resident_memory_bytes'])
      t.ok((seen.sum(name) ?? 0) > 0, name);
  },
);

t.test('docs/operations.md names every metric of ours, with its labels, and no other', async (t) => {
  const manual = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const [, section = ''] = manual.split('\n## Metrics\n');
  const [text = ''] = section.split('\n## ');
  const listed = [...text.matchAll(/^\| `(pilot_\w+)` \| (\w+) \| (.*?) ?\| /gm)];
  const { types, series } = await scrape();
  t.same(
    new Map(listed.map(([, name = '', type = '']) => [name, type])),
    new Map([...types].filter(([name]) => name.startsWith('pilot_'))),
  );
  for (const [, name = '', , cell = ''] of listed) {
    const one = series.find((found) => found.name === name || found.name === `${name}_count`);
    const documented = [...cell.matchAll(/`(\w+)`/g)].map(([, label]) => label);
    t.same(new Set(Object.keys(one?.labels ?? {})), new Set(documented), `${name}: labels`);
  }
});

t.test('the exposition is what promtool expects of one', { skip: skipWithoutPromtool }, async (t) => {
  const { text } = await scrape();
  const ours = text.split('\n\n').filter((block) => !block.startsWith('# HELP nodejs_'));
  t.same(promtool(['check', 'metrics'], `${ours.join('\n\n')}\n`), { status: 0, output: '' });
});
