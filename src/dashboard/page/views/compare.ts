import { fewest } from '../metrics.ts';
import type { Verdict } from './overview-data.ts';

/** A failed contact rate, and what it counts; null where only the rate is known. */
export interface Rate {
  value: number;
  numerator: number | null;
  denominator: number | null;
}

export interface Judgement {
  /** Whether the share of attempts that get through became larger or smaller. */
  share: 'larger' | 'smaller' | 'same';
  /** Whether the number of attempts that got through moved the other way, and how. */
  number: 'more' | 'fewer' | null;
  /** Whether one of the two counts so few attempts that it hangs on single ones. */
  areFew: boolean;
  verdict: Verdict;
}

/** Shares of two numbers are told apart when at least one attempt lies between them: less than that is chance. */
export function compareRates(before: Rate, now: Rate): Judgement {
  const attempts = [before, now].flatMap(({ denominator }) => denominator ?? []);
  const areFew = Math.min(...attempts) < fewest;
  const share = shareOf(before.value, now.value, 1 / Math.min(...attempts));
  const number = share === 'same' ? null : against(share, throughOf(before), throughOf(now));
  const plain = { larger: 'good', smaller: 'bad', same: 'none' } as const;
  const isPlain = share === 'same' || (!areFew && number === null);
  return { share, number, areFew, verdict: isPlain ? plain[share] : 'warn' };
}

/** How many attempts got through. */
export function throughOf({ numerator, denominator }: Rate): number | null {
  return numerator === null || denominator === null ? null : denominator - numerator;
}

function shareOf(before: number, now: number, weightOfOne: number): Judgement['share'] {
  // Rates are fractions as computers hold them: what differs by exactly one attempt may look a little less.
  if (now === before || Math.abs(now - before) < weightOfOne - 1e-12) return 'same';
  return now < before ? 'larger' : 'smaller';
}

function against(
  share: 'larger' | 'smaller',
  before: number | null,
  now: number | null,
): Judgement['number'] {
  if (before === null || now === null) return null;
  if (share === 'larger') return now < before ? 'fewer' : null;
  return now > before ? 'more' : null;
}
