import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { startTestService, type TestService } from '../support/service.ts';
import {
  type Behaviour,
  makeKey,
  offers,
  type Provider,
  sign,
  startProvider,
  startWithProvider,
} from './support/identity-provider.ts';
import { refused } from './support/refused.ts';
import { moveClockAhead } from './support/time-travel.ts';
import { claims, forge, knock } from './support/tokens.ts';

/** Every way in which an identity provider can be away. */
const key = makeKey('key');
const elsewhere = makeKey('elsewhere');
const honest = await startProvider(t, offers(key.jwk, elsewhere.jwk));
const says =
  (body: string | Buffer, status = 200, headers: Record<string, string> = {}): Behaviour =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  };
const keySet = JSON.stringify({ keys: [key.jwk] });
const large = JSON.stringify({ keys: [key.jwk], more: 'x'.repeat(1024 * 1024) });

type Outage = [what: string, behaviour: Behaviour];

/** A provider that keeps the service waiting, which costs two seconds each time. */
const hanging: Outage[] = [
  ['says nothing', () => undefined],
  [
    'stops in the middle',
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write(keySet.slice(0, 20));
    },
  ],
  [
    'drips for ever',
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 100);
      response.on('close', () => clearInterval(drip));
    },
  ],
];

const failing: Outage[] = [
  [
    'hangs up',
    (response) => {
      response.destroy();
    },
  ],
  [
    'hangs up in the middle',
    (response) => {
      response.writeHead(200, { 'content-length': keySet.length }).write(keySet.slice(0, 20), () => {
        response.destroy();
      });
    },
  ],
  ['answers 500', says('{}', 500)],
  ['answers 500 with keys', says(keySet, 500)],
  ['answers 404', says('not found', 404)],
  ['answers 204', says('', 204)],
  ['redirects', says('', 302, { location: honest.url })],
  ['answers nothing', says('')],
  ['answers HTML', says('<html>')],
  ['answers a list', says('[]')],
  ['answers null', says('null')],
  ['answers keys that are no list', says(`{"keys":${JSON.stringify(key.jwk)}}`)],
  ['answers no keys', says('{"keys":[]}')],
  [
    'answers only keys that are not for us',
    offers(
      { kty: 'oct', k: 'AAAA' },
      { ...elsewhere.jwk, use: 'enc' },
      elsewhere.privateKey.export({ format: 'jwk' }),
    ),
  ],
  ['answers far too much', says(large)],
  ['answers far too much, compressed', says(gzipSync(large), 200, { 'content-encoding': 'gzip' })],
];

const inFiveSeconds = 5_100;
const inHalfAMinute = 31_000;
const inElevenMinutes = 11 * 60_000;

interface Pair {
  provider: Provider;
  service: TestService;
}

/** Services with a provider of their own, one for each kind of hanging. */
async function startPairs(t: Test, behaviourOf: (outage: Outage) => Behaviour): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (const outage of hanging) pairs.push(await startWithProvider(t, behaviourOf(outage)));
  return pairs;
}

/** Runs `work` for each outage, those that keep it waiting side by side. */
async function throughAll(pairs: Pair[], work: (outages: { what: string; pair: Pair }[]) => Promise<void>) {
  const sideBySide = pairs.flatMap((pair, index) => {
    const outage = hanging[index];
    return outage ? [{ outage, pair }] : [];
  });
  const oneByOne = failing.flatMap((outage) => pairs.slice(0, 1).map((pair) => [{ outage, pair }]));
  for (const group of [sideBySide, ...oneByOne]) {
    for (const { outage, pair } of group) pair.provider.behaviour = outage[1];
    await work(group.map(({ outage: [what], pair }) => ({ what, pair })));
  }
}

/** How many fetches there were so far, and how many of them were reported as failed. */
const countsOf = ({ provider, service }: Pair) => ({
  fetches: provider.fetches,
  failures: service.log().match(/"event":"key_set_unavailable"/g)?.length ?? 0,
});

const oneMoreThan = ({ fetches, failures }: ReturnType<typeof countsOf>) => ({
  fetches: fetches + 1,
  failures: failures + 1,
});

t.test('known keys go on working however the provider is away, and it is not hammered', async (t) => {
  const pairs = await startPairs(t, () => offers(key.jwk));
  for (const { service } of pairs) refused(t, await knock(service, await sign(key)), 'not-found', 'before');
  await throughAll(pairs, async (outages) => {
    for (const [when, milliseconds] of Object.entries({
      'after half a minute': inHalfAMinute,
      'after eleven minutes': inElevenMinutes,
    })) {
      moveClockAhead(t, milliseconds);
      await Promise.all(
        outages.map(async ({ what, pair }) => {
          const before = countsOf(pair);
          for (const kid of ['key', 'x', 'y', 'z']) {
            const [token, code] =
              kid === 'key'
                ? ([await sign(key), 'not-found'] as const)
                : ([await sign({ ...elsewhere, kid }), 'unauthenticated'] as const);
            refused(t, await knock(pair.service, token), code, `${what} ${when}: ${kid}`);
          }
          t.same(countsOf(pair), oneMoreThan(before), `${what} ${when}: one fetch`);
        }),
      );
    }
  });
  moveClockAhead(t, inHalfAMinute);
  for (const { provider, service } of pairs) {
    provider.behaviour = offers(elsewhere.jwk);
    refused(t, await knock(service, await sign(elsewhere)), 'not-found', 'a key of afterwards');
  }
  t.equal(honest.fetches, 0, 'no redirect was followed');
});

t.test('without any keys a good token is 503, and the provider is asked once in five seconds', async (t) => {
  const pairs = await startPairs(t, ([, behaviour]) => behaviour);
  for (const { service } of pairs) refused(t, await knock(service, await sign(key)), 'unavailable', 'before');
  await throughAll(pairs, async (outages) => {
    moveClockAhead(t, inFiveSeconds);
    await Promise.all(
      outages.map(async ({ what, pair }) => {
        const before = countsOf(pair);
        refused(t, await knock(pair.service, 'garbage'), 'unauthenticated', `${what}: garbage`);
        const forged = forge(claims, { alg: 'HS256', kid: 'key' });
        refused(t, await knock(pair.service, forged), 'unauthenticated', `${what}: another family`);
        t.same(countsOf(pair), before, `${what}: for these nobody is asked`);
        const tokens = await Promise.all(Array.from({ length: 5 }, () => sign(key)));
        for (const answer of await Promise.all(tokens.map((token) => knock(pair.service, token)))) {
          refused(t, answer, 'unavailable', what);
          t.equal(answer.headers.get('retry-after'), '5', `${what}: says when to come again`);
          t.notMatch(answer.text, pair.provider.url);
        }
        refused(t, await knock(pair.service, await sign(key)), 'unavailable', `${what}: a moment later`);
        t.same(countsOf(pair), oneMoreThan(before), `${what}: one fetch for all`);
        t.notMatch(pair.service.log(), pair.provider.url);
      }),
    );
  });
  moveClockAhead(t, inFiveSeconds);
  for (const { provider, service } of pairs) {
    provider.behaviour = offers(key.jwk);
    refused(t, await knock(service, await sign(key)), 'not-found', 'when it is back');
  }
  t.equal(honest.fetches, 0, 'no redirect was followed');
});

t.test('a provider that cannot even be connected to is away', async (t) => {
  const { provider, service } = await startWithProvider(t, offers(key.jwk));
  refused(t, await knock(service, await sign(key)), 'not-found', 'before');
  provider.vanish();
  moveClockAhead(t, inElevenMinutes);
  refused(t, await knock(service, await sign(key)), 'not-found', 'a known key');
  refused(t, await knock(service, await sign(elsewhere)), 'unauthenticated', 'an unknown one');

  const url = provider.url;
  const without = await startTestService(t, { config: { tokenKey: { kind: 'jwks', url } } });
  refused(t, await knock(without, await sign(key)), 'unavailable', 'without any keys');
});

t.test('a known key does not wait for a fetch that an unknown one has caused', async (t) => {
  const { provider, service } = await startWithProvider(t, offers(key.jwk));
  refused(t, await knock(service, await sign(key)), 'not-found', 'before');
  const waiting = Promise.withResolvers<ServerResponse>();
  provider.behaviour = waiting.resolve;
  moveClockAhead(t, inHalfAMinute);
  const unknown = knock(service, await sign(elsewhere));
  const response = await waiting.promise;
  refused(t, await knock(service, await sign(key)), 'not-found', 'the known one, meanwhile');
  offers(elsewhere.jwk)(response);
  refused(t, await unknown, 'not-found', 'the unknown one, which is there now');
});
