import type { Page } from 'playwright-core';
import { seedBothOrganizations } from '../../support/seed.ts';
import type { TestService } from '../../support/service.ts';

/** The line below the heading: of whom and of when the view is. A no-break space is a space. */
export const subject = async (page: Page) =>
  (await page.locator('.subject').innerText()).replaceAll('\u00a0', ' ');

/** Waits until the view of `name` is shown, with all that it has loaded. */
export async function shows(page: Page, name: string): Promise<void> {
  await page.locator('.subject', { hasText: name }).waitFor();
  await page.locator('main[aria-busy="false"]').waitFor();
}

export async function pasteToken(page: Page, token: string): Promise<void> {
  await page.getByRole('textbox').fill(token);
  await page.getByRole('textbox').press('Enter');
}

/** Whatever the page could have kept of a token. */
export const kept = (page: Page) =>
  page.evaluate<string>(
    'JSON.stringify([location.href, history.state, { ...localStorage }, { ...sessionStorage }, document.cookie])',
  );

/** Gives both organisations events, and computes one week of each in cycle-a. @returns the bounds of the week */
export async function seedAndComputeWeek(s: TestService) {
  await seedBothOrganizations(s);
  const week = { window_start: '2026-03-02T05:00:00.000Z', window_end: '2026-03-09T04:00:00.000Z' };
  for (const orgId of [s.orgA, s.orgB])
    await s.appAdmin.post('/metrics/recompute', { pilot_cycle_id: 'cycle-a', org_id: orgId, ...week });
  return week;
}
