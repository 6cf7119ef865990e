import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { moveClockAhead } from '../plugins/support/time-travel.ts';
import { openPage, skipWithoutBrowser, startBrowser } from '../support/browser.ts';
import { startTestService } from '../support/service.ts';
import { startOidcProvider } from './support/oidc-provider.ts';
import { kept, shows } from './support/shell.ts';

t.test('signing in with a provider', { skip: skipWithoutBrowser }, async (t) => {
  const provider = await startOidcProvider(t, () => `${s.url}/dashboard`);
  const { issuer, clientId } = provider;
  const s = await startTestService(t, {
    config: {
      tokenKey: { kind: 'jwks', url: provider.jwksUrl },
      issuer,
      signIn: { issuer, clientId, scope: 'openid pilot' },
    },
  });
  const browser = await startBrowser();
  t.teardown(() => browser.close());
  const open = (t: Test, address = '') =>
    openPage(t, browser, `${s.url}/dashboard${address}`, { hosts: [provider.host] });
  const signIn = (page: Page) => page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const agree = (page: Page) => page.getByRole('link', { name: 'Agree' }).click();
  const failed = (page: Page) => page.getByRole('alert').getByText('Signing in did not succeed').waitFor();
  const exchangesDuring = async (work: () => Promise<void>) => {
    const before = provider.exchanges.length;
    await work();
    return provider.exchanges.slice(before);
  };
  provider.subject = s.owner.userId;

  await t.test(
    'it comes back to the view that was asked for, and keeps nothing of the way there',
    async (t) => {
      const { page, requests } = await open(
        t,
        `#lang=fr&cycle=cycle-b&from=open&to=2026-03-30T04:00:00.000Z`,
      );
      await page.getByRole('button', { name: 'Se connecter' }).click();
      await page.getByRole('link', { name: 'Agree' }).waitFor();
      const asked = provider.authorizations.at(-1);
      t.match(Object.fromEntries(asked ?? []), {
        response_type: 'code',
        scope: 'openid pilot',
        code_challenge_method: 'S256',
        code_challenge: /^[\w-]{43}$/,
        state: /^[\w-]{43}$/,
        nonce: /^[\w-]{43}$/,
      });
      t.same(
        await exchangesDuring(async () => {
          await agree(page);
          await shows(page, 'Organisation A');
        }),
        [200],
      );
      t.match(page.url(), /\/dashboard#.*cycle=cycle-b.*from=open&to=2026-03-30T04%3A00%3A00.000Z&lang=fr$/);
      const authorization = await requests
        .find((request) => request.url().includes('/api/'))
        ?.headerValue('authorization');
      const [, token = ''] = authorization?.split(' ') ?? [];
      t.match(token, /^ey/);
      for (const secret of [token, asked?.get('state'), asked?.get('nonce'), 'code'])
        t.notOk((await kept(page)).includes(secret ?? ''), 'nothing is kept');
    },
  );

  await t.test('the code for it is loaded only by those who sign in', async (t) => {
    const { page, requests } = await open(t);
    const scripts = () =>
      requests.filter((request) => /\.js$/.test(request.url())).map((request) => request.url());
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    t.notOk(scripts().some((url) => url.includes('/oidc-')));
    await signIn(page);
    await page.getByRole('link', { name: 'Agree' }).waitFor();
    t.ok(scripts().some((url) => url.includes('/oidc-')));
  });

  await t.test('whoever declines is back at the beginning, and may try again', async (t) => {
    const { page } = await open(t);
    await signIn(page);
    await page.getByRole('link', { name: 'Decline' }).click();
    await failed(page);
    t.equal(page.url(), `${s.url}/dashboard`);
    await signIn(page);
    await agree(page);
    await shows(page, 'Organisation A');
  });

  await t.test('an answer that this tab did not ask for, or with another state, goes nowhere', async (t) => {
    const { page } = await open(t, '?code=stolen&state=stolen');
    t.same(
      await exchangesDuring(async () => {
        await failed(page);
        t.equal(page.url(), `${s.url}/dashboard`, 'the code is wiped');
        await signIn(page);
        const link = page.getByRole('link', { name: 'Agree' });
        const answer = new URL((await link.getAttribute('href')) ?? '');
        answer.searchParams.set('state', 'another');
        await page.goto(answer.href);
        await failed(page);
        await page.goto(answer.href);
        await failed(page);
      }),
      [],
    );
  });

  await t.test('a code is worth nothing without the verifier of the tab that asked', async (t) => {
    const { page } = await open(t);
    await page.route(`${issuer}/token`, (route, request) => {
      const sent = new URLSearchParams(request.postData() ?? '');
      sent.set('code_verifier', 'x'.repeat(43));
      return route.continue({ postData: sent.toString() });
    });
    await signIn(page);
    t.same(
      await exchangesDuring(async () => {
        await agree(page);
        await failed(page);
      }),
      [400],
    );
  });

  await t.test('an id token with another nonce is not believed', async (t) => {
    const { page, requests } = await open(t);
    provider.lies = { nonce: 'another' };
    await signIn(page);
    await agree(page);
    await failed(page);
    provider.lies = {};
    t.notOk(requests.some((request) => request.url().includes('/api/')));
  });

  await t.test(
    'somebody whom the provider names by something else than a UUID hears that the operator has to help',
    async (t) => {
      const { page } = await open(t);
      provider.subject = 'parrot';
      await signIn(page);
      await agree(page);
      await page.getByRole('alert').getByText('does not accept what the sign-in provider issued').waitFor();
      provider.subject = randomUUID();
      await signIn(page);
      await agree(page);
      await page.getByText(provider.subject).waitFor();
      provider.subject = s.owner.userId;
    },
  );

  await t.test('an expired token leads by way of the provider to the same view', async (t) => {
    const { page } = await open(t);
    await signIn(page);
    await agree(page);
    await shows(page, 'Organisation A');
    moveClockAhead(t, 3_600_000);
    await page.getByLabel('Cycle').selectOption('cycle-b');
    const dialog = page.getByRole('dialog', { name: 'Sign in again' });
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await agree(page);
    await shows(page, 'cycle-b');
  });

  await t.test(
    'a link with a token is wiped and not used, so that nobody is made to look as somebody else',
    async (t) => {
      const { page, requests } = await open(t, '#token=eyJparrot&lang=en');
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      t.equal(page.url(), `${s.url}/dashboard#lang=en`);
      t.notOk(requests.some((request) => request.url().includes('/api/')));
    },
  );

  await t.test('where the connection could be listened to, nobody is led to sign in', async (t) => {
    const { page } = await open(t);
    await page.addInitScript("Object.defineProperty(globalThis, 'isSecureContext', { value: false })");
    await page.reload();
    await signIn(page);
    await page.getByRole('alert').getByText('Signing in needs a connection by https').waitFor();
    t.equal(page.url(), `${s.url}/dashboard`);
  });

  await t.test('when the provider is away, the page says so', async (t) => {
    const { page } = await open(t);
    await page.route(`${issuer}/**`, (route) =>
      route.fulfill({ status: 503, headers: { 'access-control-allow-origin': '*' } }),
    );
    await signIn(page);
    await page.getByRole('alert').getByText('The sign-in page cannot be reached').waitFor();
  });
});
