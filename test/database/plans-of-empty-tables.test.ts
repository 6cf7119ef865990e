import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { startTestService } from '../support/service.ts';
import { scansOf } from './support/scans.ts';

/**
 * A service that starts on empty tables keeps its plans until the first ANALYZE, whatever comes in meanwhile. So a group of
 * events is looked up by the keys of its events, although for an empty table every plan looks as good.
 */
const s = await startTestService(t);
const events = fileURLToPath(new URL('../../src/capabilities/events/', import.meta.url));
const files = globSync('*/read-*.sql', { cwd: events }).filter((file) => !file.includes('accepted-update'));
t.equal(files.length, 7);

for (const file of files) {
  t.test(`${basename(file)} looks up each event by its key, also in tables that were empty`, async (t) => {
    const text = readFileSync(`${events}${file}`, 'utf8');
    const statement = { text, types: '(json)', values: ['[{}]'] };
    const settings = 'SET LOCAL plan_cache_mode = force_generic_plan';
    const found = await scansOf(s.urls.app, s.owner.userId, statement, settings);
    const ofEvents = [...found].filter((scan) => /events|audits/.test(scan));
    t.not(ofEvents.length, 0);
    for (const scan of ofEvents) t.match(scan, /^Index (Only )?Scan \w+_pkey$/);
  });
}
