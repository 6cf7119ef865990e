import type { Page, Route } from 'playwright-core';
import t from 'tap';
import { removeMember } from '../../src/database/provisioning.ts';
import { skipWithoutBrowser, startBrowser } from '../support/browser.ts';
import { countRows } from '../support/events.ts';
import { cycle, startTestService } from '../support/service.ts';
import { pilotWeeks, pilotWindow, recordPilot } from './support/pilot.ts';
import { figureOf, isShown, openView, textOf } from './support/views.ts';

const recomputes = '**/metrics/recompute';
const progress = (page: Page) => page.locator('.recompute-progress');

t.test('recomputing at a click', { skip: skipWithoutBrowser }, async (t) => {
  const browser = await startBrowser();
  t.teardown(() => browser.close());

  /** Holds each recompute back until it is let go. */
  async function heldBack(page: Page): Promise<{ next(): Promise<Route> }> {
    const arrived: Route[] = [];
    let arrival = Promise.withResolvers<void>();
    await page.route(recomputes, (route) => {
      arrived.push(route);
      arrival.resolve();
      arrival = Promise.withResolvers();
    });
    return {
      next: async () => {
        for (;;) {
          const route = arrived.shift();
          if (route) return route;
          await arrival.promise;
        }
      },
    };
  }

  await t.test('computes the window and each whole week in it, and says how far it is', async (t) => {
    const s = await startTestService(t);
    await recordPilot(s);
    const { page } = await openView(t, browser, s, 'overview');
    await page.getByText('Nothing was computed for this window yet').waitFor();
    const { next } = await heldBack(page);
    const button = page.getByRole('button', { name: 'Recompute' });
    await button.focus();
    await page.keyboard.press('Enter');
    const windows = [pilotWindow, ...pilotWeeks];
    for (const [index, window] of windows.entries()) {
      const route = await next();
      t.same(route.request().postDataJSON(), { pilot_cycle_id: cycle, org_id: s.orgA, ...window });
      t.match(await textOf(progress(page)), `Recomputing ${index + 1} of 5: Mar`);
      t.equal(await page.getByRole('progressbar').getAttribute('value'), String(index));
      t.equal(await page.getByRole('progressbar').getAttribute('max'), '5');
      await button.press('Enter');
      t.equal(await button.getAttribute('aria-disabled'), 'true', 'a second press does nothing');
      await route.continue();
    }
    await page.locator('.tile').first().waitFor();
    t.equal(await countRows(s, 'pilot_metric_snapshots'), 45);
    t.match(await textOf(page.locator('.answer').first()), '14 of 43 attempts failed.');
    t.match(
      await textOf(figureOf(page, 'week by week')),
      'From 50.0% in the first week to 16.7% in the last.',
    );
    t.equal(await page.getByRole('progressbar').count(), 0);
  });

  await t.test('for the whole cycle, too', async (t) => {
    const s = await startTestService(t);
    await recordPilot(s);
    const look = { caller: s.appAdmin, orgId: null };
    const { page } = await openView(t, browser, s, 'overview', look);
    await page.getByRole('button', { name: 'Recompute' }).click();
    await page.locator('.tile').first().waitFor();
    t.match(await textOf(page.locator('[data-metric="M1"]')), '17 of 47 attempts failed');
    t.equal(await countRows(s, 'pilot_metric_snapshots'), 0);
    const connecting = await textOf(page.locator('.answer').first());
    t.match(connecting, 'Yes, since the first week', 'without a baseline');
    t.match(connecting, 'The two weeks count only 14 and 12 attempts.');
  });

  await t.test('what is refused on the way is said, with how far it came', async (t) => {
    const s = await startTestService(t);
    const { page } = await openView(t, browser, s, 'overview', { caller: s.editor });
    const { next } = await heldBack(page);
    await page.getByRole('button', { name: 'Recompute' }).click();
    await (await next()).continue();
    const second = await next();
    await s.asOwner((client) => removeMember(client, s.orgA, s.editor.userId));
    await second.continue();
    await progress(page).getByText('Stopped after 1 of 5. You may not see this.').waitFor();
    t.equal(await page.getByRole('button', { name: 'Recompute' }).getAttribute('aria-disabled'), null);
  });

  await t.test('goes on when the limit of requests allows it', async (t) => {
    const s = await startTestService(t, {
      config: { rateLimits: { events: 0, recompute: 3, scorecard: 0, decisions: 0, reads: 0 } },
    });
    const { page } = await openView(t, browser, s, 'overview');
    await page.clock.install();
    await page.getByRole('button', { name: 'Recompute' }).click();
    await progress(page)
      .getByText(/^Only so many recomputes are allowed in a minute; going on in \d+\s(s|min)\.$/)
      .waitFor();
    t.equal(await page.getByRole('progressbar').getAttribute('value'), '3');
    const { now } = performance;
    t.intercept(performance, 'now', { value: () => now.call(performance) + 61_000 });
    await page.clock.fastForward(61_000);
    await page.locator('.tile').first().waitFor();
    await isShown(page, 'overview');
    t.equal(await countRows(s, 'pilot_metric_snapshots'), 45);
  });
});
