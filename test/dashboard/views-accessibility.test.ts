import t from 'tap';
import { skipWithoutBrowser, startBrowser } from '../support/browser.ts';
import { startTestService } from '../support/service.ts';
import { computePilot } from './support/pilot.ts';
import { goTo, openView, viewIds } from './support/views.ts';

t.test('axe finds no flaw in any view', { skip: skipWithoutBrowser }, async (t) => {
  const s = await startTestService(t);
  await computePilot(s);
  const browser = await startBrowser();
  t.teardown(() => browser.close());

  for (const colorScheme of ['light', 'dark'] as const) {
    await t.test(`in ${colorScheme} colours, with pictures and with tables`, async (t) => {
      const look = { caller: s.appAdmin, options: { colorScheme } };
      const { page, axe } = await openView(t, browser, s, 'overview', look);
      for (const view of viewIds) {
        await goTo(page, view);
        for (const button of await page.getByRole('button', { name: 'Table', exact: true }).all())
          await button.click();
        for (const summary of await page.locator('summary').all()) await summary.click();
        t.same(await axe(), [], view);
      }
    });
  }

  await t.test('on a telephone, with tables as lists', async (t) => {
    const options = { viewport: { width: 360, height: 740 } };
    const { page, axe } = await openView(t, browser, s, 'overview', { caller: s.appAdmin, options });
    for (const view of viewIds) {
      await goTo(page, view);
      for (const button of await page.getByRole('button', { name: 'Table', exact: true }).all())
        await button.click();
      t.same(await axe(), [], view);
    }
  });

  await t.test('landmarks have names of their own, with all tables open', async (t) => {
    const { page } = await openView(t, browser, s, 'trends');
    for (const button of await page.getByRole('button', { name: 'Table', exact: true }).all())
      await button.click();
    const names = await page
      .getByRole('region')
      .evaluateAll((regions) => regions.map((region) => region.getAttribute('aria-label')));
    t.same(names, [...new Set(names)]);
  });

  await t.test('where there is nothing, on a telephone', async (t) => {
    const empty = { window_start: '2026-05-04T04:00:00.000Z', window_end: '2026-05-11T04:00:00.000Z' };
    const options = { viewport: { width: 360, height: 740 } };
    const { page, axe } = await openView(t, browser, s, 'overview', {
      caller: s.appAdmin,
      window: empty,
      options,
    });
    for (const view of viewIds) {
      await goTo(page, view);
      t.same(await axe(), [], view);
    }
  });
});
