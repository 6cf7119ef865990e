import fc from 'fast-check';
import type pg from 'pg';
import {
  addAdmin,
  addMember,
  type MemberRole,
  removeAdmin,
  removeMember,
} from '../../src/database/provisioning.ts';
import { org, person } from './calls.ts';
import { type Person, people } from './pool.ts';

/** One act of an operator between two requests. */
export type Provisioning =
  | { act: 'grant'; person: Person; org: string; role: MemberRole }
  | { act: 'revoke'; person: Person; org: string }
  | { act: 'add admin' | 'remove admin'; person: Person };

export const anyProvisioning: fc.Arbitrary<Provisioning> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant('grant'),
      person,
      org,
      role: fc.constantFrom<MemberRole>('owner', 'admin', 'editor', 'viewer'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('revoke'), person, org }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constantFrom('add admin', 'remove admin'), person }) },
);

/** Does it as pilot_owner. @returns what the operator is told, if anything */
export async function provision(owner: pg.Client, done: Provisioning): Promise<boolean | undefined> {
  const userId = people[done.person];
  switch (done.act) {
    case 'grant':
      await addMember(owner, done.org, userId, done.role);
      return undefined;
    case 'revoke':
      return removeMember(owner, done.org, userId);
    case 'add admin':
      return addAdmin(owner, userId);
    case 'remove admin':
      return removeAdmin(owner, userId);
  }
}
