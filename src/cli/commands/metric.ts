import type { Command } from 'commander';
import { z } from 'zod';
import { type MetricQuery, metricIds, metricQueries } from '../../capabilities/metric-queries.ts';
import { quoteLiteral } from '../../database/provisioning.ts';
import { describe, perform } from '../command.ts';
import { CommandFailure } from '../failure.ts';
import { identifier, moment, uuid } from '../fields.ts';
import { table } from '../table.ts';

const input = z
  .object({
    metric: z
      .string()
      .toUpperCase()
      .pipe(z.enum(['M2', ...metricIds]))
      .describe(`one of ${metricIds.join(', ')}`),
    cycle: identifier,
    org: uuid.optional(),
    user: uuid,
    windowStart: moment
      .optional()
      .describe('a time with seconds and an offset, such as 2026-03-01T00:00:00Z'),
    windowEnd: moment.optional().describe('a time with seconds and an offset, after --window-start'),
    asOf: moment.optional().describe('a time with seconds and an offset, such as 2026-03-29T00:00:00Z'),
  })
  .refine(({ windowStart, windowEnd }) => !windowStart || !windowEnd || windowStart < windowEnd, {
    path: ['windowEnd'],
  });

export function addMetricCommands(program: Command): void {
  const metric = program.command('metric').description('The saved queries behind the scorecard.');

  const list = describe(metric, 'list', 'Lists the metrics and their saved queries.', 'metric list --json');
  perform(list, z.object({}), () => {
    const metrics = metricIds.map((id) => {
      const { file, header } = queryOf(id);
      return { metric_id: id, ...header, file: `sql/metrics/${file}` };
    });
    const rows = metrics.map(({ metric_id, query_version, file }) => [metric_id, query_version, file]);
    return { data: { metrics }, text: table(['metric', 'version', 'query'], rows) };
  });

  const sql = describe(
    metric,
    'sql <metric>',
    "Prints a psql script that computes a metric, through a user's eyes, with the query that the service uses.",
    'metric sql M1 --cycle kingston-2026-spring --org ORG_ID --user USER_ID | psql "$DATABASE_URL"',
  )
    .requiredOption('--cycle <id>', 'the pilot cycle')
    .option('--org <uuid>', 'the organisation; by default the whole cycle, as far as the user sees it')
    .requiredOption('--user <uuid>', 'whose eyes to use')
    .option('--window-start <time>', 'the first moment that counts')
    .option('--window-end <time>', 'the first moment that no longer counts')
    .option('--as-of <time>', 'the moment of calculation; by default the end of the window, or now');
  perform(sql, input, (given) => {
    const script = psqlScript(queryOf(given.metric), given);
    return { data: { script }, text: script.trimEnd() };
  });
}

/** The saved query of a metric: its file is called after the first two letters of the metric's id. */
function queryOf(id: string): MetricQuery {
  const prefix = `${id.slice(0, 2).toLowerCase()}_`;
  const query = metricQueries.find(({ file }) => file.startsWith(prefix));
  if (!query) throw new CommandFailure(`There is no saved query of ${id}.`);
  return query;
}

/**
 * The text of the saved query itself, prepared and executed the way the service does. Without --as-of and --window-end the
 * moment of calculation is the one in which the script runs.
 */
function psqlScript({ file, statement }: MetricQuery, given: z.output<typeof input>): string {
  const time = (value: Date | undefined) => (value ? quoteLiteral(value.toISOString()) : 'NULL');
  const asOf = given.asOf ?? given.windowEnd;
  const values = [
    quoteLiteral(given.cycle),
    given.org ? quoteLiteral(given.org) : 'NULL',
    time(given.windowStart),
    time(given.windowEnd),
    asOf ? time(asOf) : 'now()',
  ];
  return `-- sql/metrics/${file}, for psql as pilot_app
\\set ON_ERROR_STOP on
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT set_config('pilot.user_id', ${quoteLiteral(given.user)}, true);
PREPARE ${statement.name} (text, uuid, timestamptz, timestamptz, timestamptz) AS
${statement.text.trimEnd()};
EXECUTE ${statement.name} (${values.join(', ')});
ROLLBACK;
DEALLOCATE ${statement.name};
`;
}
