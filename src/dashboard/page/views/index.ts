import type { View } from '../view.ts';
import { audits } from './audits.ts';
import { calls } from './calls.ts';
import { freshness } from './freshness.ts';
import { gateZero } from './gate-0.ts';
import { organizations } from './organizations.ts';
import { overview } from './overview.ts';
import { referrals } from './referrals.ts';
import { time } from './time.ts';
import { trends } from './trends.ts';

/** All views, in the order of the navigation; the first is shown first. */
export const views: readonly View<unknown>[] = [
  overview,
  trends,
  calls,
  time,
  referrals,
  freshness,
  audits,
  gateZero,
  organizations,
];
