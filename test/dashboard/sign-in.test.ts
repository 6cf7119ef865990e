import t, { type Test } from 'tap';
import { makeToken } from '../../src/token.ts';
import { moveClockAhead } from '../plugins/support/time-travel.ts';
import { openPage, skipWithoutBrowser, startBrowser, type WatchedOptions } from '../support/browser.ts';
import { seedBothOrganizations } from '../support/seed.ts';
import { jwtSecret, startTestService } from '../support/service.ts';
import { kept, pasteToken, shows } from './support/shell.ts';

t.test('signing in without a provider', { skip: skipWithoutBrowser }, async (t) => {
  const s = await startTestService(t);
  await seedBothOrganizations(s);
  const browser = await startBrowser();
  t.teardown(() => browser.close());
  const open = (t: Test, fragment = '', options?: WatchedOptions) =>
    openPage(t, browser, `${s.url}/dashboard${fragment}`, options);

  await t.test('a pasted token signs in, with or without the words around it', async (t) => {
    for (const words of ['', 'TOKEN=', 'Bearer ', 'Authorization: Bearer ', ' \n']) {
      const { page } = await open(t);
      await pasteToken(page, words + s.owner.token);
      await shows(page, 'Organisation A');
      t.notMatch(await kept(page), s.owner.token.slice(0, 20), 'it is kept nowhere');
    }
  });

  await t.test(
    'until then nothing is asked of the API, and after a reload it is asked for again',
    async (t) => {
      const { page, requests } = await open(t);
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      t.same(
        requests.filter((request) => request.url().includes('/api/')),
        [],
      );
      await pasteToken(page, s.owner.token);
      await shows(page, 'Organisation A');
      await page.reload();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    },
  );

  await t.test(
    'a link with a token signs in to its view, and the token is wiped from the address and the history',
    async (t) => {
      const { page } = await open(t, `#token=${s.appAdmin.token}&org=${s.orgB}&lang=fr`);
      await shows(page, 'Organisation B');
      t.equal(await page.locator('html').getAttribute('lang'), 'fr');
      t.notMatch(await kept(page), s.appAdmin.token.slice(0, 20));
      await page.goBack();
      t.equal(page.url(), 'about:blank', 'no entry of the history has it');
    },
  );

  await t.test(
    'a link with a token that is opened in a page that is there already signs in there',
    async (t) => {
      const { page } = await open(t);
      await page.evaluate(`location.hash = 'token=${s.ownerB.token}'`);
      await shows(page, 'Organisation B');
      t.notMatch(await kept(page), s.ownerB.token.slice(0, 20));
    },
  );

  await t.test(
    'a token that is no good is refused in words, and another can be pasted at once',
    async (t) => {
      const { page } = await open(t);
      const field = page.getByRole('textbox', { name: 'Token' });
      await pasteToken(page, '  ');
      await page.getByRole('alert').getByText('Paste a token first.').waitFor();
      const old = await makeToken(jwtSecret, s.owner.userId, -3600);
      for (const token of ['garbage', old, await makeToken('x'.repeat(32), s.owner.userId, 60)]) {
        await pasteToken(page, token);
        await page.getByRole('alert').getByText('This token is not valid or has expired').waitFor();
        t.equal(await field.getAttribute('aria-invalid'), 'true');
        t.ok(
          await field.evaluate((element) => element === document.activeElement),
          'the field has the focus',
        );
        t.equal(await field.inputValue(), '');
      }
      await pasteToken(page, s.owner.token);
      await shows(page, 'Organisation A');
    },
  );

  await t.test(
    'when the token expires, the page asks again over the view and goes on where it was',
    async (t) => {
      const { page } = await open(
        t,
        `#token=${await makeToken(jwtSecret, s.appAdmin.userId, 600)}&org=${s.orgA}`,
      );
      await shows(page, 'Organisation A');
      const before = await page.locator('.view').innerText();
      const lasting = await makeToken(jwtSecret, s.appAdmin.userId, 7_200);
      moveClockAhead(t, 3_600_000);
      const held = Promise.withResolvers<void>();
      await page.route(
        `**/metrics/windows?pilot_cycle_id=cycle-b*`,
        (route) => held.promise.then(() => route.continue()),
        { times: 1 },
      );
      await page.getByLabel('Cycle').selectOption('cycle-b');
      await page.getByLabel('Organisation', { exact: true }).selectOption('Organisation B');
      const dialog = page.getByRole('dialog', { name: 'Sign in again' });
      await dialog.waitFor();
      const late = page.waitForResponse('**/metrics/windows?pilot_cycle_id=cycle-b*');
      held.resolve();
      await (await late).finished();
      t.equal(await dialog.getByRole('alert').count(), 0, 'nobody has tried yet');
      t.equal(await page.locator('.view').innerText(), before, 'the view is still there');

      await pasteToken(page, 'garbage');
      await dialog.getByRole('alert').waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      t.equal(await page.locator('.view').innerText(), before, 'it can be put off');
      await page.getByRole('button', { name: 'Sign in again' }).click();
      await dialog.getByRole('button', { name: 'Not now' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await page.getByRole('button', { name: 'Sign in again' }).click();

      await pasteToken(page, lasting);
      await dialog.waitFor({ state: 'hidden' });
      await shows(page, 'Organisation B');
      t.equal(await page.getByRole('button', { name: 'Sign in again' }).count(), 0);
    },
  );

  await t.test('whoever signs in over the view of somebody else sees what is their own', async (t) => {
    const { page } = await open(t, `#token=${await makeToken(jwtSecret, s.owner.userId, 600)}`);
    await shows(page, 'Organisation A');
    const lasting = await makeToken(jwtSecret, s.ownerB.userId, 7_200);
    moveClockAhead(t, 3_600_000);
    await page.getByLabel('Cycle').selectOption('cycle-b');
    await page.getByRole('dialog').waitFor();
    t.equal(await page.locator('.view').count(), 1);
    const held = Promise.withResolvers<void>();
    await page.route('**/metrics/windows?*', (route) => held.promise.then(() => route.continue()));
    await pasteToken(page, lasting);
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    t.equal(await page.locator('.view').count(), 0, 'what was shown to the other is gone at once');
    held.resolve();
    await shows(page, 'Organisation B');
    t.same(await page.getByLabel('Organisation', { exact: true }).locator('option').allInnerTexts(), [
      'Organisation B',
    ]);
  });

  await t.test('somebody who takes part in nothing is told so, with what to tell the operator', async (t) => {
    const { page, requests } = await open(t, `#token=${s.stranger.token}`);
    await page.getByText('you take part in no organisation').waitFor();
    await page.getByText(s.stranger.userId).waitFor();
    const asked = requests
      .map((request) => new URL(request.url()).pathname)
      .filter((path) => path.startsWith('/api'));
    t.same(asked, ['/api/v1/pilot/access']);
    t.notMatch(await kept(page), s.stranger.token.slice(0, 20));
    t.equal(await page.getByRole('navigation').count(), 0);
  });

  await t.test('signing out forgets the token and all that was shown', async (t) => {
    const { page } = await open(t, `#token=${s.owner.token}`);
    await shows(page, 'Organisation A');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    t.notMatch(await page.locator('body').innerText(), 'Organisation A');
    t.equal(await page.locator('#announcements').innerText(), 'You are signed out.');
  });

  await t.test('without any cycle the page says what is missing', async (t) => {
    const empty = await startTestService(t);
    await empty.asSuperuser((client) => client.query('DELETE FROM pilot.pilot_cycles'));
    const { page } = await openPage(t, browser, `${empty.url}/dashboard#token=${empty.appAdmin.token}`);
    await page.getByText('No cycle of the pilot is registered yet').waitFor();
  });
});
