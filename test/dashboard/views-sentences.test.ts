import type { Page } from 'playwright-core';
import t from 'tap';
import type { Breakdown } from '../../src/capabilities/breakdown/schema.ts';
import { metricQueries } from '../../src/capabilities/metric-queries.ts';
import { viewsEn } from '../../src/dashboard/page/messages/views-en.ts';
import { viewsFr } from '../../src/dashboard/page/messages/views-fr.ts';
import { isDoubtful } from '../../src/dashboard/page/metrics.ts';
import { isLong } from '../../src/dashboard/page/views/parts.ts';
import { skipWithoutBrowser, startBrowser } from '../support/browser.ts';
import { contactAttemptBody } from '../support/events.ts';
import { cycle, startTestService } from '../support/service.ts';
import { answerBaseline, baselineOf } from './support/baseline.ts';
import { computePilot } from './support/pilot.ts';
import { figureOf, goTo, isShown, openView, textOf } from './support/views.ts';

/** What the views say in sentences that depend on the data. */
const plain = (said: string) => said.replaceAll(/[\u00a0\u202f]/g, ' ');

t.test('each measure that a saved query has a minimum for is said in a sentence', async (t) => {
  for (const { header } of metricQueries) {
    const names = [...header.minimum.matchAll(/`([a-z_]+)`/g)]
      .map(([, name = '']) => name)
      .filter((name) => name.includes('_') && !['web_plus_call', 'provider_confirmation'].includes(name));
    t.ok(names.length > 0, header.query_id);
    for (const name of names) {
      t.ok(name in viewsEn.measures, name);
      t.ok(name in viewsFr.measures, name);
    }
  }
});

t.test('French counts are singular below two', async (t) => {
  const { metrics, calls, referrals, audits, freshness, time } = viewsFr;
  t.equal(metrics.M1.counted(1, '1', '198'), '1 tentative sur 198 a échoué');
  t.equal(metrics.M1.counted(0, '0', '198'), '0 tentative sur 198 a échoué');
  t.equal(metrics.M1.counted(2, '2', '198'), '2 tentatives sur 198 ont échoué');
  t.equal(metrics.M5.counted(1, '1', '9'), '1 personne sur 9 a échoué deux fois ou plus');
  t.equal(metrics.M7.counted(1, '1', '9'), '1 réponse sur 9 préfère CareConnect');
  t.match(calls.finding(1, '1', '5', '20 %'), /^1 tentative sur 5 a échoué/);
  t.match(referrals.finding(1, '1', '5', '20 %'), /^1 aiguillage sur 5 a mené/);
  t.match(audits.finding(1, '1', '5', '20 %'), /^1 audit sur 5 a révélé/);
  t.match(freshness.finding(1, '1', '5', '20 %'), /^1 service sur 5 a été vérifié/);
  t.match(plain(time.finding(1, '20 %', '1', '5')), /^1 mise en relation sur 5 s’est faite/);
});

t.test('what is few, or whose data are not complete enough, is not to be leaned on', async (t) => {
  const figure = { metric_id: 'M1', quality: 'ok', denominator: 20 } as const;
  t.notOk(isDoubtful(figure));
  t.ok(isDoubtful({ ...figure, denominator: 19 }));
  t.ok(isDoubtful({ ...figure, quality: 'below_minimum' }));
  t.notOk(isDoubtful({ ...figure, quality: 'no_data', denominator: 0 }), 'where there is no bar at all');
  t.notOk(
    isDoubtful({ ...figure, metric_id: 'M4', denominator: 2 }),
    'these are all services that there are',
  );
});

t.test('sentences of the views', { skip: skipWithoutBrowser }, async (t) => {
  const s = await startTestService(t);
  await computePilot(s);
  const browser = await startBrowser();
  t.teardown(() => browser.close());

  /** The counts of attempts by channel, as [connected, no response], instead of what is stored. */
  async function answerAttempts(page: Page, counts: Record<string, [number, number]>): Promise<void> {
    await page.route('**/metrics/breakdown?*', async (route) => {
      const response = await route.fetch();
      const body: Breakdown = await response.json();
      const attempts = body.attempts.map((group) => {
        const [connected, failed] = counts[group.attempt_channel] ?? [0, 0];
        const total = { connected, no_response: failed }[String(group.attempt_outcome)] ?? 0;
        return { ...group, total, counts: [total, ...group.counts.slice(1).map(() => 0)] };
      });
      await route.fulfill({ response, json: { ...body, attempts } });
    });
  }

  await t.test('the channel that fails most often is one of which enough is known', async (t) => {
    const { page } = await openView(t, browser, s, 'overview');
    await answerAttempts(page, { phone: [30, 10], website: [20, 20], in_person: [2, 17] });
    await goTo(page, 'calls');
    const byChannel = figureOf(page, /outcome by channel/);
    t.match(await textOf(byChannel), 'Most often: website, 50.0% (20 of 40).');
    await page.unroute('**/metrics/breakdown?*');
    await answerAttempts(page, { phone: [3, 1], in_person: [1, 2] });
    await goTo(page, 'time');
    await goTo(page, 'calls');
    t.match(await textOf(byChannel), 'Most often: in person, 66.7% (2 of 3).', 'where none has enough');
    await page.unroute('**/metrics/breakdown?*');
    await answerAttempts(page, { phone: [3, 0] });
    await goTo(page, 'time');
    await goTo(page, 'calls');
    t.notMatch(await textOf(byChannel), 'Most often', 'where nothing fails');
  });

  await t.test(
    'days of tables have their year, and so do those of a picture of more than a year',
    async (t) => {
      const { page } = await openView(t, browser, s, 'calls');
      const weeks = figureOf(page, 'Outcomes by week');
      await weeks.getByRole('button', { name: 'Table' }).click();
      t.match(await textOf(weeks.getByRole('rowheader').first()), /^Mar 2, 2026$/);
      const days = ['2025-03-03', '2026-02-23', '2026-03-02'];
      t.notOk(isLong(days.slice(1)));
      t.notOk(isLong([]));
      t.ok(isLong(days));
    },
  );

  await t.test('bars and points that rest on little say what they look like', async (t) => {
    const { page } = await openView(t, browser, s, 'organizations', { caller: s.appAdmin, orgId: null });
    t.match(await textOf(figureOf(page, /^M1/)), 'A hatched bar rests on fewer than 20 cases');
    t.notMatch(await textOf(figureOf(page, /^M4/)), 'A hatched bar');
    t.match(await textOf(page.locator('.listing thead')), /M2 Median time/);
    await goTo(page, 'trends');
    t.match(await textOf(figureOf(page, /^M1/).first()), 'A hollow point rests on fewer than 20 cases');
  });

  await t.test('a figure of a period that goes on moves without being late', async (t) => {
    const look = { caller: s.ownerB, orgId: s.orgB, window: { window_start: 'open', window_end: 'open' } };
    const recompute = () => s.ownerB.post('/metrics/recompute', { pilot_cycle_id: cycle, org_id: s.orgB });
    await recompute();
    const attempt = contactAttemptBody(s.orgB, { attempt_outcome: 'connected' });
    await s.ownerB.post('/events/contact-attempt', attempt);
    await recompute();
    const { page } = await openView(t, browser, s, 'overview', look);
    const tile = await textOf(page.locator('.tile[data-metric="M1"]'));
    t.match(tile, 'Moved by −15.0 points since it was calculated on');
    t.notMatch(tile, 'Late events');
  });

  await t.test('a worklist of a period that is over says so, and leads to that of now', async (t) => {
    const { page } = await openView(t, browser, s, 'freshness');
    t.match(
      await textOf(page.locator('.listing')),
      /What was due at the end of the period\s+1 service needed a check\. As of Mar 30, 2026, 00:00\./,
    );
    await page.getByRole('button', { name: 'Show what is due now' }).click();
    const now = page.locator('.listing', { hasText: 'What to check next' });
    await now.waitFor();
    t.match(await textOf(now), /2 services need a check\.[\s\S]*overdue by/);
    t.match(page.url(), 'to=open');
    t.equal(await page.getByRole('button', { name: 'Show what is due now' }).count(), 0);
  });

  await t.test('Gate 0 beside Gate 1, and with the dates and names that people read', async (t) => {
    const put = async (path: string, body: object) => {
      const { status, text } = await s.appAdmin.put(path, body);
      if (status > 201) throw new Error(text);
    };
    await s.asOwner((client) => client.query("UPDATE pilot.pilot_cycles SET starts_on = '2026-03-02'"));
    const control = { owner: 'legal-lead', due_date: '2026-03-20', status: 'pending' };
    await put('/integration-feasibility/controls/C1', control);
    const partner = { pilot_cycle_id: cycle, name: 'A partner', status: 'confirmed' };
    await put(`/gate-0/partners/${s.orgA}`, { ...partner, role: 'frontline', org_id: s.orgA });
    await put(`/gate-0/partners/${s.orgB}`, { ...partner, role: 'provider' });
    const { body } = await s.owner.get(`/gate-0?pilot_cycle_id=${cycle}`);
    const references = body.checks.flatMap(
      (check: { references: { kind: string; id: string }[] }) => check.references,
    );
    const run = references.find(({ kind }: { kind: string }) => kind === 'baseline');

    const { page } = await openView(t, browser, s, 'overview');
    t.match(await textOf(page.locator('.gate-zero')), /^Gate 0: not closed, \d of 8 checks pass\./);
    await answerBaseline(page, { ...baselineOf(12, 20), run_id: run?.id ?? '' });
    await page.locator('.gate-zero').getByRole('link').click();
    await isShown(page, 'gate-0');
    const overdue = page.locator('[data-check="G0-3"]');
    t.match(await textOf(overdue), /Overdue\s+G0-3[\s\S]*was due on Mar 20, 2026\./);
    for (const summary of await page.locator('summary').all()) await summary.click();
    const said = await textOf(page.locator('.view'));
    t.notMatch(said, /[\da-f]{8}-[\da-f]{4}-/, 'no key that only the service reads');
    t.match(said, 'another organisation');
    t.match(said, 'partner Organisation A');
    t.match(said, 'baseline of Feb 2–Mar 1, 2026');
    await page.getByRole('link', { name: 'Français' }).click();
    await page.locator('html[lang="fr"]').waitFor();
    t.match(await textOf(overdue), /En retard[\s\S]*il était dû le 20 mars 2026\./);
  });

  await t.test('the overview does without Gate 0 and without the baseline', async (t) => {
    const { page } = await openView(t, browser, s, 'trends');
    for (const path of ['gate-0', 'metrics/baseline'])
      await page.route(`**/pilot/${path}?*`, (route) => route.fulfill({ status: 503, body: '' }));
    await goTo(page, 'overview');
    t.match(await textOf(page.locator('.answer').first()), '60.0%');
    t.equal(await page.locator('.gate-zero').count(), 0);
  });
});
