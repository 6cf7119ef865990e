import { readFileSync, writeFileSync } from 'node:fs';
import { type MetricQuery, metricQueries } from './capabilities/metric-queries.ts';

const page = new URL('../docs/metrics.md', import.meta.url);

/** The page with its dictionary, between two comments, as the headers of the saved queries have it now (spec 3, 5). */
export function withDictionary(text: string): string {
  const dictionary = [table(), ...metricQueries.map(entry)].join('\n\n');
  return text.replace(
    /(?<=^<!-- From here [^\n]* -->\n).*?(?=^<!-- The end of the dictionary\. -->$)/ms,
    () => `\n${dictionary}\n\n`,
  );
}

function table(): string {
  const rows = metricQueries.map(({ file, metrics, header: { name, query_id, query_version } }) => {
    const link = `[${file.slice(0, 2)}](../sql/metrics/${file})`;
    return `| ${metrics.join(', ')} | ${name} | \`${query_id}\` v${query_version} | ${link} |`;
  });
  return ['| id | name | query_id | file |', '|---|---|---|---|', ...rows].join('\n');
}

function entry({ file, header }: MetricQuery): string {
  const lines = {
    Meaning: header.meaning,
    Formula: header.formula,
    Sources: `${header.reads.replaceAll(/\w+(?= \()/g, '`$&`')}.`,
    Window: header.window,
    Unit: `${header.unit} The ${header.better} the better.`,
    'Excluded and counted': header.excluded,
    Minimum: header.minimum,
    Freshness: header.freshness,
    Limitations: header.limitations,
  };
  const said = Object.entries(lines).filter(([, text]) => text !== undefined);
  const list = said.map(([what, text]) => `- ${what}: ${text}`).join('\n');
  const linked = list.replaceAll(/\bdocs\/(decisions\/[\w-]+\.md)/g, '[$1]($1)');
  return `### ${file.slice(0, 2).toUpperCase()}, ${header.name}\n\n${linked}`;
}

if (import.meta.main) writeFileSync(page, withDictionary(readFileSync(page, 'utf8')));
