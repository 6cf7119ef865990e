import fc from 'fast-check';
import type { Body } from '../capabilities/metrics/oracle.ts';
import { type Call, person, somebodySomewhere } from './calls.ts';
import { moments, type Person } from './pool.ts';

/** An earlier request once more: the same, or with later times, or by somebody else, or about another organisation. */
export interface Again {
  /** How many requests ago. */
  back: number;
  later?: boolean;
  caller?: Person;
  org?: string;
}

const anyChange: fc.Arbitrary<Omit<Again, 'back'>> = fc.oneof(
  fc.constant({}),
  fc.constant({ later: true }),
  fc.record({ caller: person }),
  { weight: 3, arbitrary: somebodySomewhere },
);

export const anyAgain: fc.Arbitrary<Again> = fc
  .record({ back: fc.nat(9), change: anyChange })
  .map(({ back, change }) => ({ back, ...change }));

/** What `again` comes to after these requests; nothing when there were none. */
export function repeated(requests: readonly Call[], again: Again): Call | undefined {
  const earlier = requests.at(-1 - (again.back % Math.max(1, requests.length)));
  if (!earlier) return undefined;
  const { caller = earlier.caller, org, later } = again;
  const fields = later ? anHourLater(earlier.fields) : { ...earlier.fields };
  if (org && earlier.orgField) fields[earlier.orgField] = org;
  return { ...earlier, caller, fields };
}

/** Every moment of the pool moved to the next one, as long as there is a next one for each. */
function anHourLater(fields: Body): Body {
  const next = (value: unknown) => moments[moments.indexOf(String(value)) + 1];
  const entries = Object.entries(fields);
  if (entries.some(([, value]) => value === moments.at(-1))) return { ...fields };
  return Object.fromEntries(
    entries.map(([name, value]) => [name, moments.includes(String(value)) ? next(value) : value]),
  );
}
