import t from 'tap';
import { viewsEn } from '../../src/dashboard/page/messages/views-en.ts';
import { viewsFr } from '../../src/dashboard/page/messages/views-fr.ts';
import { skipWithoutBrowser, startBrowser } from '../support/browser.ts';
import { startTestService } from '../support/service.ts';
import { computePilot } from './support/pilot.ts';
import { goTo, openView, textOf, viewIds } from './support/views.ts';

/** Every text of the messages that is no function, by its place. */
function textsIn(messages: object, place = ''): [place: string, text: string][] {
  return Object.entries(messages).flatMap(([key, value]): [string, string][] => {
    if (typeof value === 'string') return [[`${place}${key}`, value]];
    return typeof value === 'object' ? textsIn(value, `${place}${key}.`) : [];
  });
}

t.test('the French is set as it is in Canada', async (t) => {
  for (const [place, text] of textsIn(viewsFr)) {
    t.notMatch(text, / [:;?!»]|« |'/, place);
  }
});

t.test('the views in French', { skip: skipWithoutBrowser }, async (t) => {
  const s = await startTestService(t);
  await computePilot(s);
  const browser = await startBrowser();
  t.teardown(() => browser.close());

  await t.test('nothing is left in English', async (t) => {
    const english = textsIn(viewsEn).flatMap(([, text]) => (text.includes(' ') ? [text] : []));
    t.ok(english.length > 80);
    const look = { caller: s.appAdmin, language: 'fr' } as const;
    const { page } = await openView(t, browser, s, 'overview', look);
    for (const view of viewIds) {
      await goTo(page, view);
      const said = await textOf(page.locator('main'));
      t.same(
        english.filter((text) => said.includes(text)),
        [],
        view,
      );
      t.equal(await page.locator('main [lang="en"]').count(), 0, `${view}: no sentence of the service`);
    }
    await goTo(page, 'overview');
    t.match(await textOf(page.locator('.answer').first()), /Oui, une plus grande part aboutit[\s\S]*32,6 %/);
  });
});
