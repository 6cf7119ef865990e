import type { Page, Request, Route } from 'playwright-core';
import t from 'tap';
import { removeMember } from '../../src/database/provisioning.ts';
import { skipWithoutBrowser, startBrowser } from '../support/browser.ts';
import { countRows } from '../support/events.ts';
import { cycle, startTestService } from '../support/service.ts';
import { pilotWeeks, pilotWindow, recordPilot } from './support/pilot.ts';
import { pasteToken, shows } from './support/shell.ts';
import { figureOf, goTo, isShown, openView, textOf } from './support/views.ts';

const recomputes = '**/metrics/recompute';
const posts = (requests: readonly Request[]) => requests.filter((request) => request.method() === 'POST');
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
    await page.getByText('Nothing was computed for this period yet').waitFor();
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
    t.match(await textOf(page.locator('.answer').first()), '29 of 43 got through');
    t.match(
      await textOf(figureOf(page, 'week by week')),
      'From 50.0% in the week of Mar 2 to 16.7% in the week of Mar 23.',
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
    t.match(connecting, 'Yes, a larger share gets through than in the first week', 'without a baseline');
    t.match(connecting, 'Only 14 and 12 attempts are compared.');
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

  await t.test('ends with whoever began it: nothing of it is asked as somebody else', async (t) => {
    const s = await startTestService(t);
    await recordPilot(s);
    const { page, requests } = await openView(t, browser, s, 'overview');
    const { next } = await heldBack(page);
    await page.getByRole('button', { name: 'Recompute' }).click();
    const first = await next();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await first.continue();
    await pasteToken(page, s.appAdmin.token);
    await isShown(page, 'overview');
    t.equal(await page.getByRole('alert').count(), 0, 'nobody is blamed for a token');
    t.equal(await page.getByRole('progressbar').count(), 0);
    t.equal(posts(requests).length, 1);
  });

  await t.test('goes on while something else is looked at, says so there, and can be stopped', async (t) => {
    const s = await startTestService(t);
    await recordPilot(s);
    const { page, requests } = await openView(t, browser, s, 'overview', { caller: s.appAdmin });
    const { next } = await heldBack(page);
    await page.getByRole('button', { name: 'Recompute' }).click();
    const first = await next();
    await goTo(page, 'calls');
    await goTo(page, 'overview');
    t.match(await textOf(progress(page)), 'Recomputing 1 of 5: Mar');
    await page.getByLabel('Organisation', { exact: true }).selectOption('Organisation B');
    await shows(page, 'Organisation B');
    t.match(await textOf(progress(page)), 'What was chosen before is still being recomputed.');
    t.equal(await page.getByRole('button', { name: 'Recompute' }).getAttribute('aria-disabled'), 'true');
    await page.getByRole('button', { name: 'Stop' }).click();
    await first.continue();
    t.equal(await textOf(progress(page)), '', 'how it ended belongs to what was chosen before');
    await page.getByLabel('Organisation', { exact: true }).selectOption('Organisation A');
    await shows(page, 'Organisation A');
    t.equal(await textOf(progress(page)), 'Stopped after 0 of 5.');
    t.equal(posts(requests).length, 1);
  });

  await t.test('says at the end what it has done, and keeps what was begun meanwhile', async (t) => {
    const s = await startTestService(t);
    await recordPilot(s);
    const { page } = await openView(t, browser, s, 'overview');
    const { next } = await heldBack(page);
    await page.getByRole('button', { name: 'Recompute' }).click();
    await page.getByLabel('Period', { exact: true }).selectOption('other');
    for (let window = 0; window < 5; window += 1) await (await next()).continue();
    await page.locator('.tile').first().waitFor();
    t.equal(await textOf(progress(page)), 'Recomputed 5 periods.');
    t.equal(await page.getByLabel('First day').count(), 1, 'the choice of days stays open');
  });

  await t.test('whoever has put off signing in is asked to, and is not blamed', async (t) => {
    const s = await startTestService(t);
    await recordPilot(s);
    const { page, requests } = await openView(t, browser, s, 'overview');
    await page.route(recomputes, (route) => route.fulfill({ status: 401, body: '' }));
    const dialog = page.getByRole('dialog');
    const button = page.getByRole('button', { name: 'Recompute' });
    await button.click();
    await dialog.getByRole('button', { name: 'Not now' }).click();
    await page.getByRole('button', { name: 'Sign in again' }).waitFor();
    t.equal(await textOf(progress(page)), '');
    await button.click();
    await dialog.waitFor();
    t.equal(await dialog.getByRole('alert').count(), 0);
    t.equal(posts(requests).length, 1, 'nothing is sent without a token');
    await pasteToken(page, s.owner.token);
    await dialog.waitFor({ state: 'hidden' });
    await isShown(page, 'overview');
    t.equal(await textOf(progress(page)), '');
  });

  await t.test('a cycle without dates is computed from its first event on', async (t) => {
    const s = await startTestService(t);
    await recordPilot(s);
    await s.asOwner((client) =>
      client.query('UPDATE pilot.pilot_cycles SET starts_on = NULL, ends_on = NULL'),
    );
    const open = { window_start: 'open', window_end: 'open' };
    const { page } = await openView(t, browser, s, 'overview', { window: open });
    await page.getByRole('button', { name: 'Recompute' }).click();
    await figureOf(page, 'week by week').getByRole('img').waitFor();
    const [first] = pilotWeeks;
    const { rows } = await s.asSuperuser((client) =>
      client.query(
        `SELECT count(DISTINCT recompute_id)::integer AS count FROM pilot.pilot_metric_snapshots
                    WHERE window_start >= $1 AND value IS NOT NULL`,
        [first?.window_start],
      ),
    );
    t.equal(rows[0].count, 4, 'and up to its last one');
  });
});
