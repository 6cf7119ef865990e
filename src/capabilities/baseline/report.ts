import { bullets, document, plain, table } from '../markdown.ts';
import { metricQueries } from '../metric-queries.ts';
import type { BaselineMetric, BaselineRun } from './schema.ts';

/** Four weeks (spec 5, G0-2). */
export const expectedDays = 28;

const signers = ['Evidence lead', 'For the organisation', 'Governance lead'];

const names: Readonly<Partial<Record<BaselineMetric['metric_id'], string>>> = {
  M2_P50: 'time to connection, median',
  M2_P75: 'time to connection, 75th percentile',
  M2_P90: 'time to connection, 90th percentile',
};

/** The saved query that a metric was computed with, as long as it has that version still. */
function queryOf({ query_id, query_version }: BaselineMetric) {
  return metricQueries.find(
    ({ header }) => header.query_id === query_id && header.query_version === query_version,
  );
}

function nameOf(metric: BaselineMetric): string {
  return names[metric.metric_id] ?? queryOf(metric)?.header.name ?? metric.query_id;
}

/** What speaks against this baseline: what a reader has to know before the figures. */
export function baselineWarnings(run: BaselineRun): string[] {
  const { days, metrics, cycle_starts_on: starts, end_date: end } = run;
  const warnings: string[] = [];
  if (days !== expectedDays) {
    warnings.push(
      `The window has ${days} ${days === 1 ? 'day' : 'days'}; four weeks (28 days) are expected.`,
    );
  }
  if (starts !== null && end > starts) {
    warnings.push(`The window reaches into the pilot cycle, which begins on ${starts}.`);
  }
  const idsOf = (chosen: readonly BaselineMetric[]) => chosen.map(({ metric_id }) => metric_id).join(', ');
  const below = metrics.filter(({ quality }) => quality === 'below_minimum');
  const empty = metrics.filter(({ value }) => value === null);
  if (below.length > 0) warnings.push(`Below the minimum of data quality: ${idsOf(below)}.`);
  if (empty.length > 0) {
    warnings.push(`Without a value, because nothing qualified in the window: ${idsOf(empty)}.`);
  }
  return warnings;
}

/** What holds for every baseline. */
const caveats = [
  'The figures describe what the organisation recorded, not what happened. Contacts that nobody recorded are not in them.',
  'A value that is missing is not zero: nothing that it could be computed from was recorded in the window.',
  'An event that arrives later, with a time inside the window, changes the figures. So do a referral that ends later (M3) and a change of the scope or its tiers (M4). This report stays as it is; Gate 0 computes the figures again and compares.',
  'There are no confidence intervals, and small counts are not suppressed. Do not publish figures of small groups.',
];

function reproduceScript({ pilot_cycle_id, org_id, window_start, window_end }: BaselineRun): string {
  return [
    'for metric in M1 M2 M3 M4 M5 M6 M7; do',
    `  npm run -s pilot -- metric sql $metric --cycle ${pilot_cycle_id} --org ${org_id} --user USER_ID \\`,
    `    --window-start ${window_start} --window-end ${window_end} | psql -X "$DATABASE_URL"`,
    'done',
  ].join('\n');
}

/** The report as a document for machines. It is made of the stored run and of nothing else (spec 5). */
export function baselineDocument(run: BaselineRun) {
  const { metrics, start_date, end_date, days, time_zone, window_start, window_end, ...stored } = run;
  return {
    baseline_run: stored,
    window: { start_date, end_date, days, time_zone, start: window_start, end: window_end },
    metrics: metrics.map((metric) => {
      const { metric_id, value, ...rest } = metric;
      const number = value === null ? null : Number(value);
      return { metric_id, name: nameOf(metric), value: number, exact_value: value, ...rest };
    }),
    warnings: baselineWarnings(run),
    caveats,
    reproduce: reproduceScript(run),
    sign_off: signers.map((role) => ({ role, name: null, date: null, signature: null })),
  };
}

/** The report as JSON text: the same bytes for the same run. */
export function baselineJson(run: BaselineRun): string {
  return `${JSON.stringify(baselineDocument(run), null, 2)}\n`;
}

/** The report for people: the same bytes for the same run. */
export function baselineMarkdown(run: BaselineRun): string {
  const warnings = baselineWarnings(run);
  // M2 is three figures of one query.
  const ofQueries = run.metrics.filter(({ metric_id }) => !/P75|P90/.test(metric_id));
  const meanings = ofQueries.flatMap((metric) => {
    const { name, meaning, better } = queryOf(metric)?.header ?? {};
    return name ? `**${shortId(metric)}, ${name}**: ${meaning} The ${better} the better.` : [];
  });
  return document(
    '# Baseline report',
    `What was measured at **${plain(run.org_name)}** before the pilot cycle \`${run.pilot_cycle_id}\`. What the pilot measures later is compared with these figures.`,
    table(
      ['', ''],
      [
        ['First day', run.start_date],
        ['First day that no longer counts', run.end_date],
        ['Days', String(run.days)],
        ['Time zone', plain(run.time_zone)],
        ['Exact window', `${run.window_start} to ${run.window_end}, without the end`],
        ['Calculated', run.calculated_at],
        ['Stored', run.recorded_at],
        ['Baseline run', run.id],
        ['Organisation', run.org_id],
        ['Version of the service', run.service_version],
      ],
    ),
    '## Warnings',
    warnings.length > 0 ? bullets(warnings) : 'None.',
    '## Figures',
    'Rounded for reading; the exact values stand below.',
    table(
      ['metric', 'what', 'value', 'counted', 'data quality'],
      run.metrics.map((metric) => [
        metric.metric_id,
        nameOf(metric),
        shown(metric),
        counted(metric),
        qualities[metric.quality],
      ]),
    ),
    bullets(meanings),
    '## Data quality and exclusions',
    table(
      ['metric', 'rows read', 'left out', 'measured', 'minimum'],
      ofQueries.map((metric) => {
        const { rows_read, excluded, measure, minimum } = metric.data_quality;
        return [shortId(metric), String(rows_read), facts(excluded), facts(measure), facts(minimum)];
      }),
    ),
    '## Caveats',
    bullets(caveats),
    '## How to reproduce',
    'Each figure is the answer of one saved query. A member of the organisation, or an app admin, gets the same from psql, as the role that the service uses; USER_ID is their account. The values have to be equal to the last digit.',
    `\`\`\`sh\n${reproduceScript(run)}\n\`\`\``,
    table(
      ['metric', 'query', 'version', 'numerator', 'denominator', 'exact value'],
      run.metrics.map((metric) => [
        metric.metric_id,
        `\`${metric.query_id}\``,
        String(metric.query_version),
        String(metric.numerator ?? '-'),
        String(metric.denominator),
        metric.value ?? `null (${metric.note})`,
      ]),
    ),
    '## Sign-off',
    table(
      ['role', 'name', 'date', 'signature'],
      signers.map((role) => [role, '', '', '']),
    ),
  );
}

function shortId({ metric_id }: BaselineMetric): string {
  return metric_id.slice(0, 2);
}

const qualities = {
  ok: 'meets the minimum',
  below_minimum: 'below the minimum',
  no_data: 'no data',
} as const;

function shown({ value, unit }: BaselineMetric): string {
  if (value === null) return 'none: nothing qualified';
  return unit === 'seconds' ? duration(Number(value)) : `${(Number(value) * 100).toFixed(1)} %`;
}

function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function counted({ numerator, denominator, unit }: BaselineMetric): string {
  return unit === 'seconds' ? `connections: ${denominator}` : `${numerator} of ${denominator}`;
}

/** Counts and shares by their names, in words. */
function facts(values: Readonly<Record<string, number | null>>): string {
  const said = Object.entries(values).map(
    ([name, value]) =>
      `${name.replaceAll('_', ' ')}: ${value === null ? 'none' : Math.round(value * 1000) / 1000}`,
  );
  return said.join('; ') || '-';
}
