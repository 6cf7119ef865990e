import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page, type Request } from 'playwright-core';
import type { Test } from 'tap';

/** Where the first of these programs is; undefined where there is none. */
const program = ['chromium', 'chromium-browser', 'google-chrome']
  .map((name) => spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim())
  .find((path) => path !== '');

/** For tap: why tests that need a browser are skipped here, or false. */
export const skipWithoutBrowser = program === undefined && 'needs chromium, which is not installed';

/** Starts a headless Chromium; its maker closes it. */
export async function startBrowser(): Promise<Browser> {
  if (program === undefined) throw new Error('Chromium is not installed.');
  // Its sandbox refuses to work for root.
  return chromium.launch({ executablePath: program, chromiumSandbox: process.getuid?.() !== 0 });
}

/** A page, and what it did. */
export interface Watched {
  page: Page;
  requests: readonly Request[];
  /** What axe finds on the page as it is now (WCAG 2.2, A and AA), by rule and element. */
  axe(): Promise<string[]>;
}

export type WatchedOptions = BrowserContextOptions & {
  /** Those that may be asked beside the service. */
  hosts?: string[];
};

/**
 * Opens a page in a context of its own. At its end the test fails when the page wrote an error or a warning to its console,
 * broke its Content-Security-Policy, or asked another host. That the service refused something is no fault of the page.
 */
export async function openPage(
  t: Test,
  browser: Browser,
  url: string,
  { hosts = [], ...options }: WatchedOptions = {},
): Promise<Watched> {
  const context = await browser.newContext({ locale: 'en-CA', timezoneId: 'America/Toronto', ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  const requests: Request[] = [];
  const known = new Set([new URL(url).host, ...hosts]);
  page.on('console', (message) => {
    const isRefusal =
      message.text().startsWith('Failed to load resource') && !message.location().url.includes('/dashboard');
    if (['error', 'warning'].includes(message.type()) && !isRefusal) faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    requests.push(request);
    const { protocol, host } = new URL(request.url());
    if (protocol !== 'blob:' && !known.has(host)) faults.push(`a request to ${host}`);
  });
  t.teardown(async () => {
    await context.close();
    if (faults.length > 0) throw new Error(`The page did what it should not: ${faults.join('; ')}`);
  });
  await page.goto(url);
  return { page, requests, axe: () => runAxe(page) };
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };

async function runAxe(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run(document, { runOnly: ${JSON.stringify(rules)} })`,
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}
