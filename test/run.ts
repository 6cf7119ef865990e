import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { joinEmbeddedServer } from '../src/database/embedded-server.ts';
import { makeTemplate } from './support/template-database.ts';

/**
 * `npm test`: one throw-away PostgreSQL for the whole run (or the server of TEST_DATABASE_URL), one migrated template
 * database in it, and then tap, with whatever arguments were given. Each test file works in its own clone.
 */
const directory = await mkdtemp(join(tmpdir(), 'pilot-evidence-test-'));
// The account that PostgreSQL runs as, when we are root, has to be able to enter it.
await chmod(directory, 0o755);
const embedded = process.env.TEST_DATABASE_URL
  ? undefined
  : await joinEmbeddedServer(join(directory, 'data'), { durable: false });
const template = await makeTemplate(process.env.TEST_DATABASE_URL ?? embedded?.superuserUrl ?? '', {
  owner: process.env.TEST_OWNER_PASSWORD ?? embedded?.secrets.ownerPassword,
  app: process.env.TEST_APP_PASSWORD ?? embedded?.secrets.appPassword,
});

buildTap();
const tap = spawn('tap', process.argv.slice(2), {
  stdio: 'inherit',
  env: {
    ...process.env,
    // Some hundred processes load the same modules.
    NODE_COMPILE_CACHE: join(directory, 'compile-cache'),
    TEST_TEMPLATE: JSON.stringify(template.urls),
    ...(embedded && { TEST_SERVER_LOG: embedded.logFile }),
  },
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => tap.kill(signal));
tap.on('close', async (code) => {
  await template.drop();
  await embedded?.leave();
  await rm(directory, { recursive: true, force: true });
  process.exit(code ?? 1);
});

/** tap is built anew once after an install, because package.json switches off plugins that cost every test file time. */
function buildTap(): void {
  const built = new URL('../node_modules/@tapjs/test/test-built/dist/esm/index.js', import.meta.url);
  const text = existsSync(built) ? readFileSync(built, 'utf8') : undefined;
  const current =
    text !== undefined && ['typescript', 'mock'].every((name) => !text.includes(`@tapjs/${name}`));
  if (!current) spawnSync('tap', ['build'], { stdio: 'inherit' });
}
