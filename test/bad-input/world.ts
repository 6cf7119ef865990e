import { randomUUID } from 'node:crypto';
import { nobody } from '../../src/database/database.ts';
import { sendRaw } from '../plugins/support/raw-http.ts';
import { forge } from '../plugins/support/tokens.ts';
import { later } from '../support/events.ts';
import { bytesOf, type Spoiling } from './bad-input.ts';

interface Person {
  userId: string;
  token: string;
}

/** A service with two organisations: an owner and a viewer of A, an owner of B, an app admin, and a mere account. */
export interface World {
  url: string;
  orgA: string;
  orgB: string;
  owner: Person;
  viewer: Person;
  ownerB: Person;
  appAdmin: Person;
  stranger: Person;
}

/** What `{name}` stands for in the catalogue: people's tokens, organisations, and ids. */
export function wordsOf(world: World): Map<string, string> {
  const { owner, viewer, ownerB, appAdmin, stranger } = world;
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const roles = { role: 'owner', roles: ['app_admin'], org_id: world.orgA, app_metadata: { role: 'owner' } };
  return new Map([
    ['orgA', world.orgA],
    ['orgB', world.orgB],
    ...Object.entries({ owner, viewer, ownerB, appAdmin, stranger }).map(
      ([name, { token }]): [string, string] => [name, token],
    ),
    ['ownerId', owner.userId],
    ['inBatch', randomUUID()],
    ['nobody', forge({ sub: nobody, exp })],
    ['strangerWithClaims', forge({ sub: stranger.userId, exp, ...roles })],
    ...[...stored.keys()].map((name): [string, string] => [name, randomUUID()]),
  ]);
}

const inB = { as: 'ownerB' };

/** What is stored before the first case, by the name of its id. */
const stored: ReadonlyMap<string, Spoiling> = new Map([
  ['attempt', { of: 'contact-attempt', with: { id: '{attempt}' } }],
  ['attemptB', { of: 'contact-attempt', ...inB, with: { id: '{attemptB}', recorded_by_org_id: '{orgB}' } }],
  ['referral', { of: 'referral', with: { id: '{referral}' } }],
  ['referralB', { of: 'referral', ...inB, with: { id: '{referralB}', source_org_id: '{orgB}' } }],
  ['updated', { of: 'referral', with: { id: '{updated}' } }],
  ['connection', { of: 'connection', with: { id: '{connection}' } }],
  ['status', { of: 'service-status', with: { id: '{status}' } }],
  ['audit', { of: 'data-decay-audit', with: { id: '{audit}' } }],
  ['preference', { with: { id: '{preference}' } }],
  [
    'decision',
    { of: 'decision', as: 'appAdmin', with: { id: '{decision}', compensating_controls: ['One', 'Two'] } },
  ],
]);

const update: Spoiling = {
  of: 'referral-update',
  path: '/api/v1/pilot/events/referral/{updated}',
  with: { updated_at: later },
};

/** Sends as many requests of each bucket as a service takes whose limits are 1. */
export async function useUpLimits(
  service: { url: string },
  words: ReadonlyMap<string, string>,
): Promise<void> {
  for (const bucket of ['preference-fit', 'recompute', 'scorecard', 'decision'] as const) {
    await sendRaw(service, bytesOf({ of: bucket, authorization: [] }, words));
  }
}

/** Stores what the cases of idempotency and of things that are not there need. */
export async function settle(world: World, words: ReadonlyMap<string, string>): Promise<void> {
  for (const request of [...stored.values(), update]) {
    const { status } = await sendRaw(world, bytesOf(request, words));
    if (status > 201) throw new Error(`What the catalogue needs could not be stored: ${status}.`);
  }
}
