import type { MemberRole } from '../../src/database/provisioning.ts';
import { cycle, otherCycle, otherService, service } from '../support/service.ts';

/** The few names that all calls are drawn from, so that organisations collide wherever they can. */

/** A UUID that a counterexample can be read with. */
const uuidOf = (digit: string) => '8-4-4-4-12'.replace(/\d+/g, (length) => digit.repeat(Number(length)));

export const organizations = { A: uuidOf('a'), B: uuidOf('b'), C: uuidOf('c') };

/** An organisation that does not exist. */
export const nowhere = uuidOf('d');

export const people = {
  ownerOfA: uuidOf('1'),
  editorOfB: uuidOf('2'),
  inBAndC: uuidOf('3'),
  viewerOfC: uuidOf('4'),
  appAdmin: uuidOf('5'),
  stranger: uuidOf('6'),
};

export type Person = keyof typeof people;

export const everybody = Object.keys(people).filter((name): name is Person => name in people);

/** Who is what when a sequence begins. */
export const firstRoles: readonly (readonly [Person, string, MemberRole])[] = [
  ['ownerOfA', organizations.A, 'owner'],
  ['editorOfB', organizations.B, 'editor'],
  ['inBAndC', organizations.B, 'viewer'],
  ['inBAndC', organizations.C, 'admin'],
  ['viewerOfC', organizations.C, 'viewer'],
];

export const eventIds: readonly [string, string] = [uuidOf('7'), uuidOf('8')];

export const cycles: readonly [string, string] = [cycle, otherCycle];
export const services: readonly [string, string] = [service, otherService];

/** A cycle and a service that nobody registered. */
export const unregistered = 'unregistered';

export const moments: readonly [string, string, string] = [
  '2026-03-02T15:00:00.000Z',
  '2026-03-02T16:00:00.000Z',
  '2026-03-02T17:00:00.000Z',
];

/** A text that reads quickly: the UUIDs, moments and hashes of this pool cut to what tells them apart. */
export function shortened(text: string): string {
  return text
    .replace(/(\w)\1{7}-\1{4}-\1{4}-\1{4}-\1{12}/g, '$1')
    .replace(/2026-03-02T(\d\d):00:00.000Z/g, '$1h')
    .replace(/([\da-f]{4})[\da-f]{60}/g, '$1...')
    .replaceAll('"', '');
}
