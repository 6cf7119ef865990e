import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { skipWithoutBrowser, startBrowser } from '../support/browser.ts';

/** `npm run screenshot`: plays the demo on a database of its own, and takes the picture of its first view for the README. */
const demo = fileURLToPath(new URL('../../src/demo/main.ts', import.meta.url));
const picture = fileURLToPath(new URL('../../docs/dashboard.png', import.meta.url));
const viewport = { width: 1280, height: 960 };

async function takeScreenshot(link: string): Promise<void> {
  const browser = await startBrowser();
  try {
    const page = await browser.newPage({
      viewport,
      locale: 'en-CA',
      timezoneId: 'America/Toronto',
      colorScheme: 'light',
      reducedMotion: 'reduce',
    });
    await page.goto(link);
    await page.locator('main[aria-busy="false"] .view').waitFor();
    await page.screenshot({ path: picture, animations: 'disabled' });
  } finally {
    await browser.close();
  }
}

/** The link that the demo prints when it has played. */
async function linkIn(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(output)) {
    if (/^http\S+\/dashboard#token=/.test(line)) return line;
  }
  throw new Error('The demo ended without a link to the dashboard.');
}

async function main(): Promise<void> {
  if (skipWithoutBrowser !== false) throw new Error(`It ${skipWithoutBrowser}.`);
  const directory = await mkdtemp(join(tmpdir(), 'pilot-evidence-screenshot-'));
  // The account that PostgreSQL runs as, when we are root, has to be able to enter it.
  await chmod(directory, 0o755);
  const child = spawn(process.execPath, [demo], {
    env: { PATH: process.env.PATH, DATA_DIR: directory, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    await takeScreenshot(await linkIn(child.stdout));
  } finally {
    child.kill('SIGINT');
    await exited;
    await rm(directory, { recursive: true, force: true });
  }
  const { size } = await stat(picture);
  process.stdout.write(
    `docs/dashboard.png: ${viewport.width} by ${viewport.height}, ${Math.ceil(size / 1000)} kB\n`,
  );
}

main().catch((error: unknown) => {
  process.stderr.write(
    `No picture was taken: ${error instanceof Error ? error.message : 'unknown reason'}\n`,
  );
  process.exit(1);
});
