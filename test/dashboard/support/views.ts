import type { Browser, Locator, Page } from 'playwright-core';
import type { Test } from 'tap';
import { openPage, type Watched, type WatchedOptions } from '../../support/browser.ts';
import { type Caller, cycle, type TestService } from '../../support/service.ts';
import { pilotWindow } from './pilot.ts';

export const viewIds = [
  'overview',
  'trends',
  'calls',
  'time',
  'referrals',
  'freshness',
  'audits',
  'gate-0',
  'organizations',
] as const;

export type ViewId = (typeof viewIds)[number];

/** What is looked at, by whom; organisation A and its four weeks unless said. A null organisation is the whole cycle. */
export interface Look {
  caller?: Caller;
  orgId?: string | null;
  window?: { window_start: string; window_end: string };
  language?: 'en' | 'fr';
  options?: WatchedOptions;
}

/** The address of a view, with the caller's token. */
export function linkTo(s: TestService, view: ViewId, look: Look = {}): string {
  const { caller = s.owner, orgId = s.orgA, window = pilotWindow, language = 'en' } = look;
  const fragment = new URLSearchParams({
    token: caller.token,
    view,
    cycle,
    org: orgId ?? 'all',
    from: window.window_start,
    to: window.window_end,
    lang: language,
  });
  return `${s.url}/dashboard#${fragment}`;
}

/** Opens a view and waits until it is there, with all that it has loaded. */
export async function openView(
  t: Test,
  browser: Browser,
  s: TestService,
  view: ViewId,
  look: Look = {},
): Promise<Watched> {
  const permissions = ['clipboard-read', 'clipboard-write'];
  const watched = await openPage(t, browser, linkTo(s, view, look), { permissions, ...look.options });
  await isShown(watched.page, view);
  return watched;
}

export async function isShown(page: Page, view: ViewId): Promise<void> {
  await page.locator(`main[aria-busy="false"] .view-${view}`).waitFor();
}

/** Goes to another view, as by the navigation. */
export async function goTo(page: Page, view: ViewId): Promise<void> {
  await page.locator(`nav a[href*="view=${view}&"]`).click();
  await isShown(page, view);
}

/** What is to be read; a no-break space is a space. */
export async function textOf(locator: Locator): Promise<string> {
  return (await locator.innerText()).replaceAll('\u00a0', ' ');
}

export const figureOf = (page: Page, title: string | RegExp): Locator =>
  page.locator('figure').filter({ has: page.getByRole('heading', { name: title }) });

/** What "Copy CSV" of a figure puts on the clipboard, by rows; numbers as numbers, and null for nothing. */
export async function csvOf(page: Page, figure: Locator): Promise<(string | number | null)[][]> {
  await page.evaluate("navigator.clipboard.writeText('')");
  await figure.getByRole('button', { name: /CSV/ }).click();
  await page.locator('#announcements', { hasText: /CSV\.$/ }).waitFor();
  const text = await page.evaluate<string>('navigator.clipboard.readText()');
  return text
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/g)].slice(0, columnsIn(line)).map(field),
    );
}

const columnsIn = (line: string) => line.replaceAll(/"(?:[^"]|"")*"/g, '').split(',').length;

function field([, quoted, plain = '']: RegExpMatchArray): string | number | null {
  if (quoted !== undefined) return quoted.replaceAll('""', '"');
  if (plain === '') return null;
  return Number.isNaN(Number(plain)) ? plain : Number(plain);
}

/** The colours of a picture at places from 0 to 1, as "red,green,blue,alpha". */
export function coloursOf(canvas: Locator, places: [x: number, y: number][]): Promise<string[]> {
  return canvas.evaluate((element: HTMLCanvasElement, places) => {
    const { width, height } = element;
    // A copy, because a canvas that is read again and again becomes a slow one.
    const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    copy?.drawImage(element, 0, 0);
    return places.map(([x, y]) => [...(copy?.getImageData(x * width, y * height, 1, 1).data ?? [])].join());
  }, places);
}

const grid = Array.from({ length: 400 }, (_, n): [number, number] => [
  (n % 20) / 20,
  Math.floor(n / 20) / 20,
]);

/** Whether the picture has been drawn: it is not of one colour. */
export async function isDrawn(canvas: Locator): Promise<boolean> {
  return new Set(await coloursOf(canvas, grid)).size > 1;
}
