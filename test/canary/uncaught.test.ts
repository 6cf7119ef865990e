import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { rawRequest, sendRaw } from '../plugins/support/raw-http.ts';
import { startTestService } from '../support/service.ts';
import { randomWord } from './support/encodings.ts';
import { headersWith } from './support/envelope-positions.ts';
import { findIn } from './support/search.ts';
import { firstWords, startServiceProcess } from './support/service-process.ts';

const defects = [
  'exception',
  'rejection',
  'exception-without-error',
  'rejection-without-error',
  'message-like-frames',
  'changed-message',
];
const preload = new URL('./support/throw-what-was-sent.ts', import.meta.url);
const { urls, owner } = await startTestService(t);

for (const defect of defects) {
  t.test(`a process that ends because of a defect (${defect}) tells nobody what was sent`, async (t) => {
    const left = await mkdtemp(join(tmpdir(), 'pilot-evidence-canary-'));
    t.teardown(() => rm(left, { recursive: true, force: true }));
    const process = await startServiceProcess(t, urls.app, {
      NODE_OPTIONS: `--import=${preload} --diagnostic-dir=${left}`,
    });
    const limits = await readFile(`/proc/${process.child.pid}/limits`, 'utf8');
    t.match(limits, /^Max core file size +0 +0 /m, 'no core dump');

    const word = randomWord();
    const lines = [
      `authorization: Bearer ${owner.token}`,
      'content-type: application/json',
      ...headersWith(word),
    ];
    const refused = rawRequest(
      'POST',
      `/api/v1/pilot/scope/services?${word}=1`,
      [...lines, 'content-length: 2'],
      '{}',
    );
    t.equal((await sendRaw(process, refused)).status, 400);
    const unfinished = [...lines, `x-defect: ${defect}`, 'content-length: 1000'];
    await sendRaw(process, rawRequest('POST', `/${word}`, unfinished, `{"${word}":"${word}`));

    t.equal(await process.closed, 1);
    t.match(process.stdout(), '"event":"service_failed"');
    if (!defect.endsWith('without-error')) t.match(process.stdout(), /throw-what-was-sent\.ts:\d+/, 'where');
    t.match(process.stderr(), firstWords);
    t.equal(findIn(process.stdout(), [word]), undefined, 'it is not in the log');
    t.equal(findIn(process.stderr(), [word]), undefined, 'it is not in stderr');
    t.same(await readdir(left), [], 'no report and no snapshot of the heap');
  });
}
