import type { Page } from 'playwright-core';
import t from 'tap';
import type { StoredBaseline } from '../../src/capabilities/metrics/baseline/schema.ts';
import { compareRates } from '../../src/dashboard/page/views/compare.ts';
import { weeksFor } from '../../src/dashboard/page/views/overview-data.ts';
import { skipWithoutBrowser, startBrowser } from '../support/browser.ts';
import { startTestService } from '../support/service.ts';
import { answerBaseline, baselineOf } from './support/baseline.ts';
import { computePilot, pilotWeeks, pilotWindow } from './support/pilot.ts';
import { csvOf, figureOf, goTo, openView, textOf } from './support/views.ts';

/** How the first screen compares: shares, with what they count, and no further than that goes. */
const rate = (numerator: number, denominator: number) => ({
  value: numerator / denominator,
  numerator,
  denominator,
});

t.test('two shares differ when at least one attempt lies between them', async (t) => {
  const share = (before: [number, number], now: [number, number]) =>
    compareRates(rate(...before), rate(...now)).share;
  t.equal(share([60, 100], [40, 100]), 'larger');
  t.equal(share([40, 100], [60, 100]), 'smaller');
  t.equal(share([40, 100], [40, 100]), 'same');
  t.equal(share([8, 20], [401, 1000]), 'same', 'a thousandth, where one attempt weighs a twentieth');
  t.equal(share([8, 20], [351, 1000]), 'same');
  t.equal(share([8, 20], [350, 1000]), 'larger', 'one attempt of the smaller side is enough');
  t.equal(share([8, 20], [9, 20]), 'smaller', 'though computers hold 0.05 as a little less');
  const known = { value: 0.5, numerator: null, denominator: null };
  t.equal(compareRates(known, rate(20, 40)).share, 'same');
  t.equal(compareRates(known, rate(19, 40)).share, 'larger', 'with a rate of which the counts are not known');
});

t.test(
  'an answer is plain only when there are enough attempts, and their number says the same',
  async (t) => {
    t.match(compareRates(rate(60, 100), rate(40, 100)), { verdict: 'good', number: null, areFew: false });
    t.match(compareRates(rate(40, 100), rate(60, 100)), { verdict: 'bad', number: null, areFew: false });
    t.match(compareRates(rate(60, 100), rate(20, 50)), { verdict: 'warn', number: 'fewer', areFew: false });
    t.match(compareRates(rate(20, 50), rate(60, 100)), { verdict: 'warn', number: 'more', areFew: false });
    t.match(compareRates(rate(12, 19), rate(20, 200)), { verdict: 'warn', number: null, areFew: true });
    t.match(compareRates(rate(10, 20), rate(10, 20)), { verdict: 'none', areFew: false });
  },
);

t.test('weeks are those of the chosen window, or those until it where it is one of them', async (t) => {
  const weeks = pilotWeeks.map(({ window_start: start, window_end: end }) => ({
    window: { start, end },
    calculatedAt: end,
    figures: new Map(),
  }));
  const starts = (start: string | null, end: string | null) =>
    weeksFor({ start, end }, weeks).map(({ window }) => weeks.findIndex((week) => week.window === window));
  t.same(starts(pilotWindow.window_start, pilotWindow.window_end), [0, 1, 2, 3]);
  t.same(starts(null, null), [0, 1, 2, 3]);
  t.same(starts(weeks[1]?.window.start ?? '', null), [1, 2, 3]);
  const third = weeks[2]?.window ?? { start: '', end: '' };
  t.same(starts(third.start, third.end), [0, 1, 2]);
  t.same(
    starts('2026-03-14T04:00:00.000Z', '2026-03-24T04:00:00.000Z'),
    [2],
    'a window that is no week has its own',
  );
  t.same(starts('2026-03-05T05:00:00.000Z', '2026-03-07T05:00:00.000Z'), [], 'in no week');
});

t.test('the comparison with the time before the pilot', { skip: skipWithoutBrowser }, async (t) => {
  const s = await startTestService(t);
  await computePilot(s);
  const browser = await startBrowser();
  t.teardown(() => browser.close());
  const [connecting, trusting] = [0, 1].map((index) => (page: Page) => page.locator('.answer').nth(index));
  if (!connecting || !trusting) throw new Error('There are two answers.');

  async function overviewWith(t: Tap, baseline: StoredBaseline | null, language: 'en' | 'fr' = 'en') {
    const { page } = await openView(t, browser, s, 'trends', { language });
    await answerBaseline(page, baseline);
    await goTo(page, 'overview');
    return page;
  }

  await t.test('says the days, the counts and the quality of both sides', async (t) => {
    const page = await overviewWith(t, baselineOf(12, 20));
    const first = await textOf(connecting(page));
    t.match(first, /before the pilot\s+60\.0%\s+8 of 20 got through, Feb 2–Mar 1/);
    t.match(first, /now\s+32\.6%\s+29 of 43 got through/);
    t.match(first, 'Median time to connection: 8 h before, 4 h 54 min now.');
    t.match(first, 'Only 8 and 29 connections are compared.');
    const second = await textOf(trusting(page));
    t.match(second, /^Can the number be trusted\?\s+Yes\s/);
    t.match(
      second,
      'Before the pilot (Feb 2–Mar 1, 2026) 20 attempts were counted: one more or less moves that figure by up to 5.0 points. Its data are complete enough.',
    );
    const weeks = figureOf(page, 'week by week');
    const [, before, ...others] = await csvOf(page, weeks);
    t.same(before, ['Before', 0.6, 12, 20, 'Data complete enough']);
    t.same(
      others.map((week) => week[3]),
      [10, 10, 11, 12],
    );
    t.match(await textOf(weeks), 'A hatched bar rests on fewer than 20 cases');
  });

  await t.test('is weak where little was counted before', async (t) => {
    const page = await overviewWith(t, baselineOf(6, 10));
    t.match(await textOf(connecting(page)), 'Only 10 and 43 attempts are compared.');
    t.match(await connecting(page).getAttribute('class'), /answer-warn/);
    const second = await textOf(trusting(page));
    t.match(second, /^Can the number be trusted\?\s+With care\s/);
    t.match(
      second,
      'only 10 attempts were counted: one more or less moves that figure by up to 10.0 points.',
    );
  });

  await t.test('is weak where the data from before are', async (t) => {
    const page = await overviewWith(t, baselineOf(60, 100, 0.5));
    t.match(
      await textOf(trusting(page)),
      /With care[\s\S]*Its data are not complete enough: 50\.0% of attempts have an outcome \(95\.0% are needed\)\./,
    );
  });

  await t.test('says so when the number of attempts that got through moved the other way', async (t) => {
    const page = await overviewWith(t, baselineOf(60, 100));
    const first = await textOf(connecting(page));
    t.match(first, 'Yes, a larger share gets through');
    t.match(first, 'In numbers fewer got through, 29 after 40, because fewer attempts were made.');
    t.match(await connecting(page).getAttribute('class'), /answer-warn/);
  });

  await t.test('is neither yes nor no when less than one attempt makes the difference', async (t) => {
    const page = await overviewWith(t, baselineOf(20, 60));
    t.match(await textOf(connecting(page)), 'About the same share of attempts gets through');
    t.match(await connecting(page).getAttribute('class'), /answer-none/);
  });

  await t.test('has the rate that Gate 1 uses where its counts cannot be read', async (t) => {
    const page = await overviewWith(t, null);
    t.match(await textOf(connecting(page)), /before the pilot\s+60\.0%\s+now/);
    t.match(await textOf(trusting(page)), 'How much was counted before the pilot cannot be said right now.');
    t.match(await textOf(trusting(page)), 'With care');
  });

  await t.test('in French', async (t) => {
    const page = await overviewWith(t, baselineOf(19, 20), 'fr');
    const first = await textOf(connecting(page));
    t.match(first, 'Oui, une plus grande part aboutit');
    t.match(first, /1 tentative sur 20 a abouti, 2 févr\. – 1 mars/);
    t.match(first, 'Délai médian de mise en relation : 8 h avant, 4 h 54 min maintenant.');
  });

  await t.test(
    'one week is compared with the earlier ones, and so are its picture and its tiles',
    async (t) => {
      const [, , third] = pilotWeeks;
      if (!third) throw new Error('There is a third week.');
      const look = { caller: s.appAdmin, orgId: null, window: third };
      const { page } = await openView(t, browser, s, 'overview', look);
      t.match(await textOf(connecting(page)), /week of Mar 2\s[\s\S]*week of Mar 16\s/);
      const [, ...weeks] = await csvOf(page, figureOf(page, 'week by week'));
      t.same(
        weeks.map(([start]) => start),
        pilotWeeks.slice(0, 3).map(({ window_start }) => window_start),
      );
      t.match(await textOf(page.locator('.tile[data-metric="M1"]')), 'by week: 57.1% → 27.3%');
      t.match(await textOf(page.locator('.tile[data-metric="M5"]')), 'A longer period catches more repeats');
    },
  );
});

type Tap = Parameters<typeof openView>[0];
