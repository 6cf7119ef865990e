import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { createOrganization } from '../../src/database/provisioning.ts';
import { openPage, skipWithoutBrowser, startBrowser } from '../support/browser.ts';
import { startTestService } from '../support/service.ts';
import { seedAndComputeWeek, shows, subject } from './support/shell.ts';

/** What is chosen, what is shown, and what comes between. */
t.test('choosing', { skip: skipWithoutBrowser }, async (t) => {
  const s = await startTestService(t);
  const week = await seedAndComputeWeek(s);
  const browser = await startBrowser();
  t.teardown(() => browser.close());
  const open = async (t: Test, fragment = '') => {
    const watched = await openPage(
      t,
      browser,
      `${s.url}/dashboard#token=${s.appAdmin.token}&org=${s.orgA}&cycle=cycle-a&lang=en${fragment}`,
    );
    await shows(watched.page, 'Organisation A');
    return watched;
  };
  const list = (page: Page, label: string) => page.getByLabel(label, { exact: true });
  const chosen = (page: Page, label: string) => list(page, label).locator('option:checked').innerText();
  const fragment = (page: Page) => Object.fromEntries(new URLSearchParams(new URL(page.url()).hash.slice(1)));
  /** Holds back what is asked of organisation B. */
  const holdB = async (page: Page) => {
    const held = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    await page.route(`**/metrics/*?*${s.orgB}*`, async (route) => {
      arrived.resolve();
      await held.promise;
      await route.continue();
    });
    return { arrived: arrived.promise, release: () => held.resolve() };
  };

  await t.test('while something else is loading, what is to be seen says whose it is', async (t) => {
    const { page } = await open(t);
    const { arrived, release } = await holdB(page);
    await list(page, 'Organisation').selectOption('Organisation B');
    await arrived;
    t.match(await subject(page), 'Organisation A');
    t.equal(await page.locator('.view').count(), 1);
    t.equal(await chosen(page, 'Organisation'), 'Organisation B', 'what is to come');
    release();
    await shows(page, 'Organisation B');
  });

  await t.test('going back before it has come goes back', async (t) => {
    const { page } = await open(t);
    const { arrived, release } = await holdB(page);
    await list(page, 'Organisation').selectOption('Organisation B');
    await arrived;
    await page.goBack();
    await shows(page, 'Organisation A');
    const late = page.waitForResponse((response) => response.url().includes(s.orgB));
    release();
    await (await late).finished();
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
    t.equal(fragment(page).org, s.orgA);
    t.equal(await chosen(page, 'Organisation'), 'Organisation A');
  });

  await t.test('what could not be loaded stays chosen, in every view', async (t) => {
    const { page } = await open(t);
    await page.route(`**/metrics/windows?*${s.orgB}*`, (route) => route.fulfill({ status: 503, body: '' }));
    await list(page, 'Organisation').selectOption('Organisation B');
    await page.getByRole('alert').waitFor();
    t.equal(await page.locator('.subject').count(), 0, 'nothing is to be seen of anybody');
    await page.unroute(`**/metrics/windows?*${s.orgB}*`);
    await page.getByRole('navigation').getByRole('link').nth(2).click();
    await shows(page, 'Organisation B');
    t.match(fragment(page), { view: 'calls', org: s.orgB });
  });

  await t.test('a second choice does not take the first one back', async (t) => {
    const { page } = await open(t);
    const { arrived, release } = await holdB(page);
    await list(page, 'Organisation').selectOption('Organisation B');
    await arrived;
    await page.getByRole('combobox').nth(2).selectOption({ index: 0 });
    release();
    await shows(page, 'Organisation B · cycle-a · Everything recorded');
    t.match(fragment(page), { org: s.orgB, from: 'open', to: 'open' });
  });

  await t.test('the same days are shown where another organisation has them', async (t) => {
    await s.asOwner((client) => createOrganization(client, 'Organisation in the west', 'America/Vancouver'));
    await s.owner.post('/metrics/recompute', { pilot_cycle_id: 'cycle-b', org_id: s.orgA, ...week });
    const link = new URLSearchParams({ token: s.appAdmin.token, org: s.orgA, cycle: 'cycle-b', lang: 'en' });
    const { page } = await openPage(t, browser, `${s.url}/dashboard#${link}`);
    await shows(page, 'Organisation A · cycle-b · Mar 2');
    await list(page, 'Organisation').selectOption('Organisation in the west');
    await shows(page, 'Organisation in the west · cycle-b · Mar 2');
    t.match(fragment(page), { from: '2026-03-02T08:00:00.000Z', to: '2026-03-09T07:00:00.000Z' });
    const hours = { from: '2026-03-02T15:30:00.000Z', to: '2026-03-03T15:30:00.000Z' };
    await page.evaluate(
      `location.hash = '#${new URLSearchParams({ ...hours, org: s.orgA, cycle: 'cycle-a' })}'`,
    );
    await shows(page, 'Organisation A');
    await list(page, 'Organisation').selectOption('Organisation in the west');
    await shows(page, 'Organisation in the west');
    t.match(fragment(page), hours, 'what does not begin and end with days stays as it is');
  });

  await t.test('the choice of days is closed by choosing what is shown already', async (t) => {
    const { page } = await open(t, `&from=${week.window_start}&to=${week.window_end}`);
    const windows = page.getByRole('combobox').nth(2);
    const before = await windows.inputValue();
    await windows.selectOption('other');
    await page.getByLabel('First day').waitFor();
    await windows.selectOption(before);
    await page.getByLabel('First day').waitFor({ state: 'detached' });
  });

  await t.test('a link to what is not there says so beside what is shown instead', async (t) => {
    for (const [token, what] of [
      [s.appAdmin.token, 'cycle=nobody-knows'],
      [s.owner.token, `org=${s.orgB}`],
      [s.owner.token, 'org=all'],
    ] as const) {
      const { page } = await openPage(t, browser, `${s.url}/dashboard#token=${token}&lang=en&${what}`);
      await shows(page, 'Organisation A');
      t.match(await page.locator('.banner').innerText(), /^What this link asks for does not exist/);
      await page.getByRole('navigation').getByRole('link').nth(1).click();
      await page.locator('.view-trends').waitFor();
      t.equal(await page.locator('.banner').count(), 0, 'once');
    }
    const { page } = await open(t);
    t.equal(await page.locator('.banner').count(), 0);
  });

  await t.test('from view to view what changes only by a recompute is asked for once', async (t) => {
    const { page, requests } = await open(t);
    const asked = (path: string) => requests.filter((request) => request.url().includes(path)).length;
    for (const view of ['calls', 'referrals', 'audits', 'overview']) {
      await page.locator(`nav a[href*="view=${view}&"]`).click();
      await page.locator(`main[aria-busy="false"] .view-${view}`).waitFor();
    }
    for (const path of ['/access', '/metrics/windows', '/metrics/scorecard', '/metrics/history'])
      t.equal(asked(path), 1, path);
    t.equal(asked('/metrics/breakdown'), 5, 'what is counted now is counted at each look');
  });
});
