import Table from 'cli-table3';
import type { z } from 'zod';
import { slaTier } from '../capabilities/fields.ts';
import { type Freshness, freshnessState } from '../capabilities/freshness/schema.ts';
import type { scorecardAnswer } from '../capabilities/metrics/schema.ts';
import type { VerdictAnswer } from '../gate-0/verdict/schema.ts';

type ScorecardAnswer = z.infer<typeof scorecardAnswer>;

const names: Readonly<Record<string, string>> = {
  M1: 'Failed contact rate',
  M2_P50: 'Time to connection, median',
  M2_P75: 'Time to connection, 75th percentile',
  M2_P90: 'Time to connection, 90th percentile',
  M3: 'Referral completion capture rate',
  M4: 'Freshness SLA compliance',
  M5: 'Repeat failure rate',
  M6: 'Data-decay fatal error rate',
  M7: 'Preference-fit indicator',
};

function plainTable(head: string[]) {
  return new Table({ head, style: { head: [], border: [] } });
}

function show(value: number | null, unit: string): string {
  if (value === null) return '-';
  return unit === 'seconds' ? `${(value / 3600).toFixed(1)} h` : `${(value * 100).toFixed(1)} %`;
}

/** The scorecard as a table for people; seconds as hours, ratios as per cent. */
export function scorecardTable({ metrics }: ScorecardAnswer): string {
  const table = plainTable(['', 'Metric', 'Value', 'Of', 'Quality', 'Before']);
  for (const { metric_id, value, unit, numerator, denominator, quality, previous } of metrics) {
    const of = numerator === null ? `${denominator}` : `${numerator} / ${denominator}`;
    const before = previous ? show(previous.value, unit) : '-';
    table.push([metric_id, names[metric_id] ?? metric_id, show(value, unit), of, quality, before]);
  }
  return table.toString();
}

/** A scorecard of each week, side by side, so that it shows where the figures go. */
export function weeksTable(scorecards: readonly ScorecardAnswer[]): string {
  const table = plainTable([
    'Week from',
    ...scorecards.map(({ scorecard }) => scorecard.window.start?.slice(0, 10) ?? '-'),
  ]);
  for (const [i, { metric_id, unit }] of (scorecards[0]?.metrics ?? []).entries()) {
    const values = scorecards.map(({ metrics }) => show(metrics[i]?.value ?? null, unit));
    table.push([names[metric_id] ?? metric_id, ...values]);
  }
  return table.toString();
}

/** How many services of each tier are in which state. */
export function freshnessTable({ items }: Freshness): string {
  const states = freshnessState.options;
  const table = plainTable(['Services in scope', ...states.map((state) => state.replace('_', ' '))]);
  for (const tier of slaTier.options) {
    const ofTier = items.filter(({ sla_tier }) => sla_tier === tier);
    const counts = states.map((state) => ofTier.filter((item) => item.state === state).length);
    table.push([tier.replace('_', ' '), ...counts]);
  }
  return table.toString();
}

const decisions = {
  proceed: 'proceed',
  iterate_one_more_cycle: 'iterate one more cycle',
  kill_weakest_and_rerun: 'kill the weakest and rerun',
} as const;

/** Gate 1 as a table, ending with its decision. */
export function gateTable({ gate_1 }: ScorecardAnswer): string {
  if (!gate_1) return 'Gate 1 was not judged: it needs both baselines.';
  const table = plainTable(['Gate 1', 'Measured', 'Threshold', 'Pass']);
  for (const { metric_id, measured, threshold, pass } of gate_1.checks) {
    const unit = metric_id.startsWith('M2') ? 'seconds' : 'ratio';
    const limit = `${['M3', 'M4'].includes(metric_id) ? 'at least' : 'at most'} ${show(threshold, unit)}`;
    table.push([names[metric_id] ?? metric_id, show(measured, unit), limit, pass ? 'yes' : 'no']);
  }
  return `${table.toString()}\nDecision: ${decisions[gate_1.decision]}`;
}

/** Gate 0 as a table, ending with its verdict and what keeps it from go. */
export function gateZeroTable({ checks, verdict }: VerdictAnswer): string {
  const table = plainTable(['Gate 0', 'State', 'Why']);
  for (const { id, status, reason } of checks) table.push([id, status, reason]);
  const missing = checks.filter(({ status }) => status !== 'pass').map(({ id, title }) => `${id}: ${title}`);
  return [table.toString(), `Verdict: ${verdict}`, ...missing.map((line) => `Still missing: ${line}`)].join(
    '\n',
  );
}
