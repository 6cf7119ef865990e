import t, { type Test } from 'tap';
import { z } from 'zod';
import { redisServer, skipWithoutRedis } from '../support/redis-server.ts';
import { encodings, randomWord } from './support/encodings.ts';
import { positionsAround } from './support/envelope-positions.ts';
import { type Operation, operationsFor } from './support/operations.ts';
import { type SearchedService, startSearchedService } from './support/places.ts';
import { type Position, positionsIn } from './support/positions.ts';
import { requestOf } from './support/requests.ts';
import { findIn } from './support/search.ts';

// No more than there may be batches at once.
const atATime = 16;
/**
 * A position takes one encoding in so many, and the next position the next ones, so that every kind of place meets them all.
 * Where a word may be kept, it is also sent as it is.
 */
const stride = 6;

/** Sends the word at every position, in encodings that take turns; what may be kept there, as another word. */
async function sendEverywhere(
  t: Test,
  searched: SearchedService,
  positions: readonly Position[],
  { refused, kept }: { refused: string; kept: string },
): Promise<void> {
  const attempts = positions.flatMap((position, turn) =>
    Object.entries(encodings)
      .filter(
        ([encoding], index) => (index + turn) % stride === 0 || (position.isKept && encoding === 'plain'),
      )
      .map(([encoding, encode]) => ({ position, encoding, encode })),
  );
  t.equal(new Set(positions.map(({ name }) => name)).size, positions.length);
  t.ok(attempts.length >= 400, `${positions.length} positions in ${attempts.length} attempts`);
  for (let at = 0; at < attempts.length; at += atATime) {
    const answers = await Promise.all(
      attempts.slice(at, at + atATime).map(async ({ position, encoding, encode }) => ({
        what: `${position.name}, ${encoding}`,
        ...(await searched.send(position.request(encode(position.isKept ? kept : refused)))),
      })),
    );
    for (const { what, status } of answers) if (status >= 500) t.fail(`${what}: answered ${status}`);
    for (const { what, text } of answers) {
      // Whoever reads governance records is answered with what was kept.
      const words = /^GET .*\/(gate-0|integration-feasibility)/.test(what) ? [refused] : [refused, kept];
      if (findIn(text, words) !== undefined) t.fail(`${what}: the answer has it`);
    }
  }
}

function scopeEntry(operations: readonly Operation[]): Operation {
  const operation = operations.find(({ path }) => path.endsWith('/scope/services'));
  if (!operation) throw new Error('The description has no operation that sets the scope.');
  return operation;
}

t.test('a word that is sent in any place, in encodings that take turns, is nowhere afterwards', async (t) => {
  const searched = await startSearchedService(t, { API_DOCS: 'true' });
  const operations = operationsFor(searched.service);
  t.ok(operations.length > 30);
  for (const operation of operations) {
    const { status } = await searched.send(requestOf(operation));
    t.ok(status === 200 || status === 201, `without a word, ${operation.name} answers ${status}`);
  }

  const [refused, kept] = [randomWord(), randomWord()];
  const positions = [...operations.flatMap(positionsIn), ...positionsAround(scopeEntry(operations))];
  await sendEverywhere(t, searched, positions, { refused, kept });
  await searched.nowhere(t, [refused]);
  await searched.nowhere(t, [kept], { except: ['a table', 'an answer'] });
  t.same(
    await searched.tablesWith([kept]),
    [
      'gate_0_approvals',
      'gate_0_claims',
      'gate_0_partners',
      'gate_0_threat_findings',
      'integration_controls',
      'pilot_integration_feasibility_decisions',
      'pilot_preference_fit_events',
    ],
    'what the contract keeps is where it belongs and nowhere else',
  );
});

t.test(
  'a word is nowhere either, nor in Redis, when a proxy is trusted and the limits are reached',
  async (t) => {
    const redis = skipWithoutRedis ? undefined : await redisServer(t);
    await redis?.start();
    const searched = await startSearchedService(t, {
      TRUST_PROXY: '127.0.0.1',
      RATE_LIMIT_EVENTS: '1',
      ...(redis && { REDIS_URL: redis.url }),
    });
    const [refused, kept] = [randomWord(), randomWord()];
    const positions = positionsAround(scopeEntry(operationsFor(searched.service)));
    await sendEverywhere(t, searched, positions, { refused, kept });
    await searched.nowhere(t, [refused]);
    await t.test('Redis', { skip: skipWithoutRedis }, async (t) => {
      const keys = z.array(z.string()).parse(await redis?.command('KEYS', '*'));
      const values = await Promise.all(keys.map((key) => redis?.command('DUMP', key)));
      t.not(keys.length, 0, 'Redis was searched');
      t.equal(findIn(JSON.stringify([keys, values]), [refused]), undefined);
    });
  },
);
