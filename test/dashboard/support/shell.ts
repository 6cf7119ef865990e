import type { Page } from 'playwright-core';

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
