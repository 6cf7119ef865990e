import type { Page } from 'playwright-core';
import t from 'tap';
import type { Breakdown } from '../../src/capabilities/breakdown/schema.ts';
import type { FreshnessItem } from '../../src/capabilities/freshness/schema.ts';
import type { Metric, OrganizationsAnswer, ScorecardAnswer } from '../../src/capabilities/metrics/schema.ts';
import { skipWithoutBrowser, startBrowser } from '../support/browser.ts';
import { contactAttemptBody } from '../support/events.ts';
import { cycle, otherService, service, startTestService } from '../support/service.ts';
import { computePilot, pilotWeeks, pilotWindow } from './support/pilot.ts';
import { csvOf, figureOf, goTo, isShown, linkTo, openView, textOf } from './support/views.ts';

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const percent = (value: number | null | undefined) => `${((value ?? Number.NaN) * 100).toFixed(1)}%`;

t.test('the numbers on the page are those of the API', { skip: skipWithoutBrowser }, async (t) => {
  const s = await startTestService(t);
  await computePilot(s);
  const browser = await startBrowser();
  t.teardown(() => browser.close());
  const query = (orgId: string | undefined, window: Record<string, string> = pilotWindow) =>
    new URLSearchParams({ pilot_cycle_id: cycle, ...(orgId && { org_id: orgId }), ...window });
  const scorecard: ScorecardAnswer = (await s.owner.get(`/metrics/scorecard?${query(s.orgA)}`)).body;
  const breakdown: Breakdown = (await s.owner.get(`/metrics/breakdown?${query(s.orgA)}`)).body;
  const metric = (id: string, metrics: readonly Metric[] = scorecard.metrics) => {
    const found = metrics.find(({ metric_id }) => metric_id === id);
    if (!found) throw new Error(`There is no ${id}.`);
    return found;
  };
  const tile = (page: Page, id: string) => textOf(page.locator(`.tile[data-metric="${id}"]`));

  await t.test('the first screen: both answers, the seven metrics, and Gate 1', async (t) => {
    const { page } = await openView(t, browser, s, 'overview');
    const [rate, baseline] = [metric('M1'), scorecard.gate_1?.checks[0]?.baseline];
    t.same([rate.numerator, rate.denominator, baseline], [14, 43, 0.6], 'as recorded');
    const connecting = await textOf(page.locator('.answer').nth(0));
    t.match(connecting, 'Are we connecting more people than before?');
    t.match(connecting, 'Yes, a larger share gets through');
    t.match(connecting, percent(rate.value));
    t.match(connecting, '60.0%');
    t.match(connecting, '29 of 43 got through');
    t.match(connecting, `Gate 1 allows at most ${percent(scorecard.gate_1?.checks[0]?.threshold)}: met.`);
    const trusting = await textOf(page.locator('.answer').nth(1));
    t.match(trusting, /^Can the number be trusted\?\s+Yes\s/);
    t.match(trusting, 'one more or less moves it by up to 2.3 points');
    t.match(trusting, 'no attempt in this period has arrived since');
    t.match(trusting, 'The data of 1 of 7 metrics are not complete enough');
    t.match(trusting, '1 of 7 metrics has no data.');

    for (const id of ['M1', 'M3', 'M4', 'M5', 'M6']) {
      const { value, numerator, denominator } = metric(id);
      const said = await tile(page, id);
      t.match(said, percent(value), id);
      t.match(said, new RegExp(`\\b${numerator}\\b.*\\b${denominator}\\b`), id);
    }
    t.match(await tile(page, 'M1'), 'Data complete enough');
    t.match(await tile(page, 'M6'), /Data not complete enough.*3 audits were made \(20 are needed\)/s);
    t.match(
      await tile(page, 'M7'),
      /–\s.*Nobody answered the question in this period\..*No data/s,
      'why it is null',
    );
    t.match(await tile(page, 'M2_P50'), '4 h 54 min');
    t.equal(metric('M2_P50').value, 17_640);
    t.match(await tile(page, 'M2_P50'), `median of ${metric('M2_P50').denominator} connections`);

    for (const check of scorecard.gate_1?.checks ?? []) {
      const row = await textOf(page.locator(`[data-row="${check.metric_id}"]`));
      t.match(row, check.pass ? 'Met' : 'Missed', check.metric_id);
      if (!check.metric_id.startsWith('M2')) t.match(row, percent(check.measured), check.metric_id);
    }
    t.equal(await page.locator('[data-row]').count(), 5);
  });

  await t.test('every picture of events, by its CSV', async (t) => {
    const { page } = await openView(t, browser, s, 'calls');
    const [, ...channels] = await csvOf(page, figureOf(page, /outcome by channel/));
    t.equal(channels.length, 5);
    for (const [name, ...counts] of channels) {
      const of = breakdown.attempts.filter(
        ({ attempt_channel }) => attempt_channel.replace('_', ' ').replace('email', 'e-mail') === name,
      );
      const total = sum(of.map((attempts) => attempts.total));
      const failed = total - (of[0]?.total ?? 0);
      t.same(
        counts,
        [...of.map((one) => one.total), total, failed, total === 0 ? null : failed / total],
        String(name),
      );
    }
    const [, ...weeks] = await csvOf(page, figureOf(page, 'Outcomes by week'));
    t.same(
      weeks.map((week) => week[0]),
      breakdown.periods,
    );
    t.same(
      weeks.map((week) => week.at(-1)),
      [10, 10, 11, 12],
    );

    await goTo(page, 'time');
    const { bins, total } = breakdown.time_to_connection;
    const [, ...distribution] = await csvOf(page, figureOf(page, 'How long it took'));
    t.same(
      distribution.map(([, count, share]) => [count, share]),
      bins.map(({ count }) => [count, count / total]),
    );
    for (const id of ['M2_P50', 'M2_P75', 'M2_P90']) {
      const hours = Math.floor((metric(id).value ?? 0) / 3600);
      t.match(await textOf(page.locator(`[data-metric="${id}"]`)), `${hours} h`, id);
    }

    await goTo(page, 'referrals');
    const [, ...referrals] = await csvOf(page, figureOf(page, 'Where referrals lead'));
    t.equal(referrals.length, breakdown.referrals.length);
    t.same(
      referrals.filter(([, , count]) => count !== 0),
      [
        ['Connected', '–', 2, 2 / 6],
        ['Failed', 'Intake closed', 1, 1 / 6],
        ['No response in time', 'No reason given', 1, 1 / 6],
        ['Person withdrew', '–', 1, 1 / 6],
        ['Still open', '–', 1, 1 / 6],
      ],
    );

    await goTo(page, 'audits');
    const [, ...audits] = await csvOf(page, figureOf(page, 'What audits found'));
    t.same(
      audits.filter((row) => row.at(-1) !== 0),
      [
        ['Closed or unavailable, but listed as available', 0, 1, 0, 1],
        ['No fatal error', 1, 1, 0, 2],
      ],
    );
    t.match(await textOf(page.locator('.figure')), percent(metric('M6').value));
  });

  await t.test('days can be counted instead of weeks, with zeros', async (t) => {
    const { page } = await openView(t, browser, s, 'calls');
    await page.getByRole('button', { name: 'By day' }).click();
    const figure = figureOf(page, 'Outcomes by day');
    await figure.waitFor();
    const [, ...days] = await csvOf(page, figure);
    t.equal(days.length, 28);
    t.equal(sum(days.map((day) => Number(day.at(-1)))), 43);
    t.ok(days.some((day) => day.at(-1) === 0));
  });

  await t.test('the trend of each metric, by week and by recalculation', async (t) => {
    const { page } = await openView(t, browser, s, 'trends');
    for (const id of ['M1', 'M2_P50', 'M4', 'M7']) {
      const [weekly, again] = [
        figureOf(page, new RegExp(`^${id.slice(0, 2)} `)).nth(0),
        figureOf(page, new RegExp(`^${id.slice(0, 2)} `)).nth(1),
      ];
      const [, ...rows] = await csvOf(page, weekly);
      t.equal(rows.length, 4, id);
      for (const [index, [start, value]] of rows.entries()) {
        const window = pilotWeeks[index] ?? pilotWindow;
        const answer = await s.owner.get(`/metrics/scorecard?${query(s.orgA, window)}`);
        t.same(
          [start, value],
          [window.window_start, metric(id, answer.body.metrics).value],
          `${id}, week ${index}`,
        );
      }
      const [, ...calculations] = await csvOf(page, again);
      t.same(
        calculations.map(([at, value]) => [at, value]),
        [[metric(id).calculated_at, metric(id).value]],
      );
    }
  });

  await t.test('the worklist of services in the order of the API', async (t) => {
    const as_of = pilotWindow.window_end;
    const answer = await s.owner.get(
      `/scope/freshness?${new URLSearchParams({ pilot_cycle_id: cycle, org_id: s.orgA, as_of })}`,
    );
    const { page } = await openView(t, browser, s, 'freshness');
    const [, ...rows] = await csvOf(page, figureOf(page, 'What was due at the end of the period'));
    t.same(
      rows.map(([name, , due, , checked]) => [name, due, checked]),
      answer.body.items.map(({ service_name, due_at, last_checked_at }: FreshnessItem) => [
        service_name,
        due_at,
        last_checked_at,
      ]),
    );
    t.same([rows[0]?.[0], rows[1]?.[0]], [otherService, service]);
    const list = await textOf(page.locator('.listing'));
    t.match(list, /1 service needed a check\./);
    t.notMatch(list, /due in|overdue by/, 'which would be about now');
    t.match(list, 'Mar 27, 2026, 11:00');
    t.match(await textOf(page.locator('.figure')), '50.0%');
  });

  await t.test('organisations side by side, and the whole cycle', async (t) => {
    const answer: OrganizationsAnswer = (await s.appAdmin.get(`/metrics/organizations?${query(undefined)}`))
      .body;
    const { page } = await openView(t, browser, s, 'organizations', { caller: s.appAdmin, orgId: null });
    const [, ...rows] = await csvOf(page, figureOf(page, 'Side by side'));
    const ids = ['M1', 'M2_P50', 'M3', 'M4', 'M5', 'M6', 'M7'];
    t.same(
      rows,
      answer.organizations.map(({ name, metrics }) => [name, ...ids.map((id) => metric(id, metrics).value)]),
    );
    await goTo(page, 'overview');
    const whole: ScorecardAnswer = (await s.appAdmin.get(`/metrics/scorecard?${query(undefined)}`)).body;
    const { value, numerator, denominator } = metric('M1', whole.metrics);
    t.same([numerator, denominator], [17, 47]);
    t.match(await tile(page, 'M1'), percent(value));
    t.match(await textOf(page.locator('.answer').first()), 'Baselines belong to organisations.');
    await goTo(page, 'organizations');
    await page.getByRole('button', { name: 'Organisation B', exact: true }).click();
    await page.locator('.subject', { hasText: 'Organisation B' }).waitFor();
  });

  await t.test('what has changed since the previous calculation, and in which direction', async (t) => {
    const look = { caller: s.ownerB, orgId: s.orgB };
    const { page } = await openView(t, browser, s, 'overview', look);
    t.match(await tile(page, 'M1'), 'Calculated for the first time');
    const again = async (attempt_outcome: string) => {
      const attempted_at = '2026-03-05T15:00:00.000Z';
      await s.ownerB.post(
        '/events/contact-attempt',
        contactAttemptBody(s.orgB, { attempt_outcome, attempted_at }),
      );
      await s.ownerB.post('/metrics/recompute', { pilot_cycle_id: cycle, org_id: s.orgB, ...pilotWindow });
      await page.reload();
      await page.goto(linkTo(s, 'overview', look));
      await isShown(page, 'overview');
      return tile(page, 'M1');
    };
    t.match(
      await again('connected'),
      'Late events moved it by −15.0 points since it was calculated on',
      '3 of 4, then 3 of 5',
    );
    t.match(
      await again('no_response'),
      'Late events moved it by +6.7 points since it was calculated on',
      '4 of 6',
    );
    await s.ownerB.post('/metrics/recompute', { pilot_cycle_id: cycle, org_id: s.orgB, ...pilotWindow });
    await page.reload();
    await page.goto(linkTo(s, 'overview', look));
    await isShown(page, 'overview');
    t.match(await tile(page, 'M1'), 'Unchanged since it was calculated on');
  });
});
