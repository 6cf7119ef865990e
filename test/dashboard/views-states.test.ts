import type { Page } from 'playwright-core';
import t from 'tap';
import { removeMember } from '../../src/database/provisioning.ts';
import { openPage, skipWithoutBrowser, startBrowser } from '../support/browser.ts';
import { contactAttemptBody } from '../support/events.ts';
import { cycle, startTestService } from '../support/service.ts';
import { computePilot, pilotWindow } from './support/pilot.ts';
import { figureOf, goTo, isShown, linkTo, openView, textOf, type ViewId, viewIds } from './support/views.ts';

/** What each view says where nothing was recorded. */
const whenEmpty: Readonly<Record<ViewId, RegExp>> = {
  overview: /Nothing was computed for this period yet\s+Recompute to count what was recorded\./,
  trends: /No week was computed yet[\s\S]*The chosen period was not computed yet/,
  calls: /No attempt was recorded in this period/,
  time: /No connection was recorded in this period/,
  referrals: /No referral was made in this period/,
  freshness: /No service is in scope/,
  audits: /No listing was audited in this period/,
  'gate-0': /Not yet: no go[\s\S]*What is missing[\s\S]*Not locked: D1, D2, D3, D4, D5, D6, D7\./,
  organizations: /Nothing was computed for this period in any organisation/,
};

const view = (page: Page) => textOf(page.locator('.view'));

t.test('views without data or with trouble, and roles', { skip: skipWithoutBrowser }, async (t) => {
  const s = await startTestService(t);
  const browser = await startBrowser();
  t.teardown(() => browser.close());

  /** Works while a table is not there. */
  async function without<Result>(table: string, work: () => Promise<Result>): Promise<Result> {
    const rename = (from: string, to: string) =>
      s.asOwner((client) => client.query(`ALTER TABLE pilot.${from} RENAME TO ${to}`));
    await rename(table, 'not_there');
    return work().finally(() => rename('not_there', table));
  }

  await t.test('where nothing was recorded each view says so, and what would change it', async (t) => {
    const { page } = await openView(t, browser, s, 'overview', { caller: s.appAdmin });
    for (const id of viewIds) {
      await goTo(page, id);
      t.match(await view(page), whenEmpty[id], id);
      t.equal(await page.locator('canvas').count(), 0, `${id} draws nothing`);
    }
    const { page: viewers } = await openView(t, browser, s, 'overview', { caller: s.viewer });
    t.match(await view(viewers), 'Somebody who may write for the organisation has to recompute it first.');
  });

  await t.test('a figure of nothing is no number, and says why', async (t) => {
    await s.owner.post('/metrics/recompute', { pilot_cycle_id: cycle, org_id: s.orgA, ...pilotWindow });
    const { page } = await openView(t, browser, s, 'overview');
    t.match(await textOf(page.locator('.answer').nth(0)), 'Cannot be said: there was no attempt');
    t.match(
      await textOf(page.locator('.answer').nth(1)),
      /No, there is no data[\s\S]*7 of 7 metrics have no data\./,
    );
    t.notMatch(await textOf(page.locator('.answers')), 'are needed', 'no minimum of what is not there');
    const tiles = await page.locator('.tile').all();
    t.equal(tiles.length, 7);
    for (const tile of tiles) t.match(await textOf(tile), /\n–[\s\S]+\.\n+No data/);
    t.notMatch(await view(page), /\b0\.0%|NaN|null|undefined/);
    await goTo(page, 'trends');
    t.match(await textOf(figureOf(page, 'M1').first()), 'There was nothing to measure.');
  });

  await t.test(
    'with few attempts, or some that came later, the number is to be taken with care',
    async (t) => {
      const attempt = (attempted_at: string) =>
        s.owner.post('/events/contact-attempt', contactAttemptBody(s.orgA, { attempted_at }));
      await attempt('2026-03-03T15:00:00.000Z');
      await s.owner.post('/metrics/recompute', { pilot_cycle_id: cycle, org_id: s.orgA, ...pilotWindow });
      await attempt('2026-03-04T15:00:00.000Z');
      await attempt('2026-04-01T15:00:00.000Z');
      const { page } = await openView(t, browser, s, 'overview');
      const trusting = await textOf(page.locator('.answer').nth(1));
      t.match(trusting, /^Can the number be trusted\?\s+With care\s/);
      t.match(trusting, 'It counts only 1 attempt: one more or less moves it by up to 100.0 points.');
      t.match(trusting, /1 attempt arrived since\. Recompute to count it\./, 'only what lies in the window');
      t.match(await textOf(page.locator('.answer').nth(0)), /Nothing to compare with yet[\s\S]*No baseline/);
    },
  );

  await t.test('what was deleted since cannot be counted again', async (t) => {
    const look = { caller: s.ownerB, orgId: s.orgB };
    const { body } = await s.ownerB.post('/events/contact-attempt', contactAttemptBody(s.orgB));
    await s.ownerB.post('/metrics/recompute', { pilot_cycle_id: cycle, org_id: s.orgB, ...pilotWindow });
    await s.asSuperuser((client) =>
      client.query('DELETE FROM pilot.pilot_contact_attempt_events WHERE id = $1', [body.id]),
    );
    const { page } = await openView(t, browser, s, 'overview', look);
    t.match(await textOf(page.locator('.answer').nth(1)), '1 attempt is no longer stored');
  });

  await t.test('trouble of the service is said for each view, and can be tried again', async (t) => {
    const tables: [string, ViewId[], orgId?: null][] = [
      ['pilot_contact_attempt_events', ['calls', 'time', 'referrals', 'audits']],
      ['service_operational_status_events', ['freshness']],
      ['gate_0_partners', ['gate-0']],
      ['pilot_metric_snapshots', ['overview', 'trends']],
      ['pilot_metric_snapshots', ['organizations'], null],
    ];
    for (const [table, ids, orgId] of tables) {
      for (const id of ids) {
        const look = { caller: s.appAdmin, ...(orgId === null && { orgId }) };
        const { page } = await without(table, async () => {
          const watched = await openPage(t, browser, linkTo(s, id, look));
          const trouble = watched.page
            .getByRole('alert')
            .getByText('The service is not set up for this yet.');
          await trouble.waitFor();
          return watched;
        });
        await page.getByRole('button', { name: 'Try again' }).click();
        await isShown(page, id);
        t.equal(await page.getByRole('alert').count(), 0, id);
      }
    }
  });

  await t.test('the overview does without what it can do without', async (t) => {
    await without('pilot_data_decay_audits', async () => {
      const { page } = await openView(t, browser, s, 'overview');
      const trusting = await textOf(page.locator('.answer').nth(1));
      t.match(trusting, 'Whether events arrived since cannot be said right now.');
    });
  });

  await t.test('what a role may not do is not offered', async (t) => {
    const roles = [
      { caller: s.owner, may: true },
      { caller: s.editor, may: true },
      { caller: s.viewer, may: false },
      { caller: s.appAdmin, may: true },
    ];
    for (const { caller, may } of roles) {
      const { page } = await openView(t, browser, s, 'overview', { caller });
      t.equal(await page.getByRole('button', { name: 'Recompute' }).count(), may ? 1 : 0);
      const isAdmin = caller === s.appAdmin;
      t.equal(await page.getByRole('link', { name: 'Organisations' }).count(), isAdmin ? 1 : 0);
    }
    const look = { caller: s.owner, orgId: null };
    const { page } = await openPage(t, browser, linkTo(s, 'organizations', look));
    await isShown(page, 'overview');
    t.match(await textOf(page.locator('.subject')), 'Organisation A', 'not the whole cycle');
  });

  await t.test('whoever is no member any more sees nothing any more', async (t) => {
    await computePilot(s);
    const { page } = await openView(t, browser, s, 'overview', { caller: s.editor });
    await s.asOwner((client) => removeMember(client, s.orgA, s.editor.userId));
    await page.locator('nav').getByRole('link', { name: 'Contact attempts' }).click();
    await page.getByRole('alert').getByText('You may not see this.').waitFor();
    t.notMatch(await page.locator('main').innerText(), '43');
  });
});
