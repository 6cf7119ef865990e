import type { Page, Request } from 'playwright-core';
import t, { type Test } from 'tap';
import { refused } from '../plugins/support/refused.ts';
import { openPage, skipWithoutBrowser, startBrowser, type WatchedOptions } from '../support/browser.ts';
import { startTestService } from '../support/service.ts';
import { pasteToken, seedAndComputeWeek, shows, subject } from './support/shell.ts';

t.test('the page around the views', { skip: skipWithoutBrowser }, async (t) => {
  const s = await startTestService(t);
  const week = await seedAndComputeWeek(s);
  const browser = await startBrowser();
  t.teardown(() => browser.close());
  const open = (t: Test, token: string, fragment = '', options?: WatchedOptions) =>
    openPage(t, browser, `${s.url}/dashboard#token=${token}${fragment}`, options);
  const choose = (page: Page, label: string, option: string) =>
    page.getByLabel(label, { exact: true }).selectOption(option);
  const options = (page: Page, label: string) =>
    page.getByLabel(label, { exact: true }).locator('option').allInnerTexts();
  const fragment = (page: Page) => Object.fromEntries(new URLSearchParams(new URL(page.url()).hash.slice(1)));

  await t.test('the first view is shown with less than 250 kB, from this host alone', async (t) => {
    const { page, requests } = await openPage(t, browser, `${s.url}/dashboard`);
    await pasteToken(page, s.owner.token);
    await shows(page, 'Organisation A');
    const sizes = await Promise.all(
      requests.map(async (request: Request) => {
        const { responseHeadersSize, responseBodySize } = await request.sizes();
        return responseHeadersSize + responseBodySize;
      }),
    );
    const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1000;
    const { page: again } = await open(t, s.owner.token);
    await shows(again, 'Organisation A');
    const milliseconds = await again.evaluate<number>('performance.now()');
    t.comment(
      `${requests.length} requests, ${kilobytes.toFixed(1)} kB transferred; shown after ${Math.round(milliseconds)} ms`,
    );
    t.ok(requests.length >= 5 && kilobytes > 10, 'they were counted');
    t.ok(kilobytes < 250, `${kilobytes} kB`);
  });

  await t.test('what may not be seen is not offered', async (t) => {
    const { page } = await open(t, s.viewer.token, `&org=all&cycle=none&view=none`);
    await shows(page, 'Organisation A');
    t.same(await options(page, 'Organisation'), ['Organisation A']);
    t.same(await options(page, 'Cycle'), ['cycle-a', 'cycle-b']);
    const { page: admins } = await open(t, s.appAdmin.token, '&org=all');
    await shows(admins, 'All organisations (whole cycle)');
    t.same(await options(admins, 'Organisation'), [
      'All organisations (whole cycle)',
      'Organisation A',
      'Organisation B',
    ]);
  });

  await t.test('a choice is in the address, can be gone back from, and sent as a link', async (t) => {
    const { page } = await open(t, s.appAdmin.token, `&org=${s.orgA}`);
    await shows(page, 'Organisation A');
    await choose(page, 'Organisation', 'Organisation B');
    await shows(page, 'Organisation B');
    t.match(fragment(page), { org: s.orgB, cycle: 'cycle-a', from: 'open', to: 'open', lang: 'en' });
    await choose(
      page,
      'Period',
      '2–8 Mar 2026'.replace('2–8 Mar 2026', (await options(page, 'Period'))[1] ?? ''),
    );
    await shows(page, 'Mar 2');
    t.match(fragment(page), { from: week.window_start, to: week.window_end });
    const link = page.url();
    await page.goBack();
    await shows(page, 'Everything recorded');
    await page.goBack();
    await shows(page, 'Organisation A');

    const { page: colleague } = await openPage(t, browser, link);
    await pasteToken(colleague, s.ownerB.token);
    await shows(colleague, 'Organisation B');
    t.match(await subject(colleague), /Mar 2/);
    t.equal(colleague.url(), link);
  });

  await t.test('any days can be chosen, as days of the organisation', async (t) => {
    const { page } = await open(t, s.owner.token);
    await shows(page, 'Organisation A');
    await choose(page, 'Period', 'Other days…');
    await page.getByLabel('First day').fill('2026-03-08');
    await page.getByLabel('Last day').fill('2026-03-07');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByRole('alert').getByText('The first day comes after the last.').waitFor();
    await page.getByLabel('Last day').fill('2026-03-08');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await shows(page, 'Mar 8, 2026');
    t.match(
      fragment(page),
      { from: '2026-03-08T05:00:00.000Z', to: '2026-03-09T04:00:00.000Z' },
      'a day of 23 hours',
    );
    t.equal(await page.getByLabel('First day').count(), 0);

    await choose(page, 'Period', 'Other days…');
    t.equal(await page.getByLabel('Last day').inputValue(), '2026-03-08');
    await page.getByLabel('First day').fill('');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await shows(page, 'Through Mar 8, 2026');
    t.match(fragment(page), { from: 'open', to: '2026-03-09T04:00:00.000Z' });
  });

  await t.test('what comes late does not take the place of what was chosen later', async (t) => {
    const { page } = await open(t, s.appAdmin.token, `&org=${s.orgA}`);
    await shows(page, 'Organisation A');
    const held = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    await page.route(`**/metrics/windows?*${s.orgB}*`, async (route) => {
      arrived.resolve();
      await held.promise;
      await route.continue();
    });
    await choose(page, 'Organisation', 'Organisation B');
    await arrived.promise;
    await choose(page, 'Cycle', 'cycle-b');
    await page.evaluate(`location.hash = '#org=${s.orgA}&cycle=cycle-b'`);
    await shows(page, 'Organisation A · cycle-b');
    const late = page.waitForResponse((response) => response.url().includes(s.orgB));
    held.resolve();
    await (await late).finished();
    t.match(await subject(page), 'Organisation A · cycle-b');
    t.equal(fragment(page).org, s.orgA);
  });

  await t.test(
    'it speaks the language of the browser or of the link, and changes it without loading anything',
    async (t) => {
      const { page } = await open(t, s.owner.token, '', { locale: 'fr-CA' });
      await shows(page, 'Tout ce qui est enregistré');
      t.equal(await page.locator('html').getAttribute('lang'), 'fr');
      const { page: other, requests } = await open(t, s.owner.token, '&lang=fr');
      await shows(other, 'Tout ce qui est enregistré');
      const asked = () => requests.filter((request) => request.url().includes('/api/')).length;
      const before = asked();
      await other.getByRole('link', { name: 'English' }).click();
      await shows(other, 'Everything recorded');
      t.equal(await other.locator('html').getAttribute('lang'), 'en');
      t.equal(asked(), before);
      await other.goBack();
      await shows(other, 'Tout ce qui est enregistré');
      const { page: signIn } = await openPage(t, browser, `${s.url}/dashboard`);
      await signIn.getByRole('link', { name: 'Français' }).click();
      await signIn.getByRole('heading', { name: 'Connexion' }).waitFor();
    },
  );

  await t.test('everything is reached by keyboard, in order, and what changes is heard', async (t) => {
    const { page } = await openPage(t, browser, `${s.url}/dashboard`);
    const focused = () =>
      page.evaluate<string>('document.activeElement.innerText || document.activeElement.id');
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
      return focused();
    };
    t.equal(await press('Tab'), 'Skip to the content');
    t.equal(await press('Tab'), 'Français');
    t.equal(await press('Tab'), 'token');
    await page.keyboard.insertText(s.appAdmin.token);
    await page.keyboard.press('Enter');
    await shows(page, 'Organisation A');
    t.equal(await page.evaluate('document.activeElement.tagName'), 'H1', 'the page begins at its heading');
    const title = await page.locator('h1').innerText();
    t.equal(await page.locator('#announcements').innerText(), `${title} is shown.`);

    const links = await page.getByRole('navigation').getByRole('link').allInnerTexts();
    const before = [
      ...links.toReversed(),
      'Sign out',
      'Français',
      'window',
      'organization',
      'cycle',
      'Skip to the content',
    ];
    const found: string[] = [];
    for (const _ of before) {
      await page.keyboard.press('Shift+Tab');
      found.push(
        await page.evaluate<string>('document.activeElement.id || document.activeElement.innerText'),
      );
    }
    t.same(found, before);
    await press('Enter');
    t.equal(await page.evaluate('document.activeElement.id'), 'main', 'the rest is skipped');

    await page.getByLabel('Organisation', { exact: true }).focus();
    await press('ArrowDown');
    await shows(page, 'Organisation B');
    t.equal(await page.evaluate('document.activeElement.id'), 'organization', 'a choice keeps the focus');
  });

  await t.test('a refusal and a lost connection are said in words, and can be tried again', async (t) => {
    const limited = await startTestService(t, {
      config: { rateLimits: { events: 0, recompute: 0, scorecard: 0, decisions: 0, reads: 60 } },
    });
    const { page } = await openPage(t, browser, `${limited.url}/dashboard#token=${limited.owner.token}`);
    await shows(page, 'Organisation A');
    const { page: other } = await open(t, s.owner.token);
    await shows(other, 'Organisation A');
    await other.context().setOffline(true);
    await choose(other, 'Cycle', 'cycle-b');
    await other.getByRole('alert').getByText('The service cannot be reached').waitFor();
    await other.context().setOffline(false);
    await other.getByRole('button', { name: 'Try again' }).click();
    await shows(other, 'cycle-b');
    t.equal(await other.getByRole('alert').count(), 0);

    for (let reads = 0; reads < 60; reads += 1) await limited.owner.get('/access');
    refused(t, await limited.owner.get('/access'), 'rate-limited');
    await choose(page, 'Cycle', 'cycle-b');
    await page
      .getByRole('alert')
      .getByText(/Too many requests from your network. Try again in \d+ s\./)
      .waitFor();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    await t.test(`axe finds nothing in the ${colorScheme} colours`, async (t) => {
      const { page, axe } = await openPage(t, browser, `${s.url}/dashboard`, { colorScheme });
      const finds = async (what: string) => t.same(await axe(), [], what);
      await finds('the sign-in');
      await pasteToken(page, 'garbage');
      await page.getByRole('alert').waitFor();
      await finds('a refused token');
      await pasteToken(page, s.appAdmin.token);
      await shows(page, 'Organisation A');
      await finds('the first view');
      await choose(page, 'Period', 'Other days…');
      await page.getByLabel('First day').fill('2026-03-08');
      await page.getByLabel('Last day').fill('2026-03-07');
      await page.getByRole('button', { name: 'Show', exact: true }).click();
      await page.getByRole('alert').waitFor();
      await finds('the choice of days');
      await page.context().setOffline(true);
      await choose(page, 'Cycle', 'cycle-b');
      await page.getByRole('button', { name: 'Try again' }).waitFor();
      await finds('a failure');
      await page.context().setOffline(false);
      await page.route('**/api/**', (route) => route.fulfill({ status: 401, body: '' }));
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('dialog').waitFor();
      await finds('the sign-in over a view');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Sign in again' }).waitFor();
      await finds('the sign-in put off');
    });
  }

  await t.test(
    'from 360 px to a screen on the wall nothing is cut off, and the wall reads larger',
    async (t) => {
      const sizes: number[] = [];
      for (const width of [360, 1280, 3840]) {
        const { page } = await open(t, s.appAdmin.token, '', { viewport: { width, height: 800 } });
        await shows(page, 'Organisation A');
        await choose(page, 'Period', 'Other days…');
        await page.getByLabel('First day').waitFor();
        t.equal(await page.evaluate('document.documentElement.scrollWidth'), width, `${width} px`);
        sizes.push(await page.evaluate<number>('parseFloat(getComputedStyle(document.body).fontSize)'));
      }
      t.same(
        sizes,
        sizes.toSorted((a, b) => a - b),
      );
      t.ok((sizes[2] ?? 0) > (sizes[0] ?? 0));
    },
  );

  await t.test('on paper there is what was chosen and what was found, and nothing to click', async (t) => {
    const { page } = await open(t, s.owner.token, '', { colorScheme: 'dark' });
    await shows(page, 'Organisation A');
    const ink = () => page.evaluate('getComputedStyle(document.documentElement).color');
    const onScreen = await ink();
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    t.not(await ink(), onScreen, 'dark on light');
    t.same(await page.locator('button:visible, select:visible, nav:visible').count(), 0);
    t.match(await page.locator('main').innerText(), /cycle-a/);
    t.ok((await page.pdf()).length > 5_000);
  });
});
