import { bullets, document, plain } from '../../capabilities/markdown.ts';
import { renderSummary } from '../../capabilities/readiness/render-summary.ts';
import { renderWorksheet } from '../../capabilities/readiness/render-worksheet.ts';
import type { Readiness } from '../../capabilities/readiness/schema.ts';
import { evaluate } from '../verdict/evaluate.ts';
import type { GateZeroRecords } from '../verdict/records.ts';
import { type PackageFiles, pack } from './archive.ts';
import {
  approvalsRecord,
  baselineReport,
  claimLog,
  decisionRecord,
  gateEvaluation,
  type PackageDocument,
  partnerList,
  threatReport,
} from './documents.ts';

/**
 * The evidence package of Gate 0: what had arrived at their moment, and the verdict that follows, for machines (JSON) and for people
 * (Markdown). The same records, directory and moment give the same bytes (spec 5).
 */
export function assemblePackage(records: GateZeroRecords, readiness: Readiness): Uint8Array {
  const about = { pilot_cycle_id: records.cycle.id, as_of: records.moment.toISOString() };
  const evaluation = gateEvaluation({ ...about, ...evaluate(records) });
  const documents = [
    evaluation,
    approvalsRecord(records),
    decisionRecord(records, about.as_of),
    threatReport(records),
    claimLog(records),
    partnerList(records),
    ...records.baselines.map(baselineReport),
    {
      name: 'readiness',
      title: 'Readiness of the services in scope',
      data: { readiness },
      markdown: renderSummary(readiness),
    },
  ];
  const files = new Map([
    ...documents.flatMap(({ name, data, markdown }) => [
      [`${name}.json`, `${JSON.stringify({ ...about, ...Object(data) }, null, 2)}\n`] as const,
      [`${name}.md`, markdown] as const,
    ]),
    ['readiness.csv', renderWorksheet(readiness)] as const,
    ['README.md', readme(about, evaluation, documents)] as const,
  ]);
  return pack(about, files satisfies PackageFiles);
}

function readme(
  { pilot_cycle_id, as_of }: { pilot_cycle_id: string; as_of: string },
  evaluation: PackageDocument,
  documents: readonly PackageDocument[],
): string {
  return document(
    `# Gate 0 of ${plain(pilot_cycle_id)}`,
    `What had arrived by ${as_of}, and the verdict that follows from it. Times are in UTC. Baselines were computed again, and the directory was read, when this was made.`,
    evaluation.markdown.replace(/^# .*\n+/, '').trimEnd(),
    '## What is in this package',
    bullets(
      documents.map(
        ({ name, title }) => `[${plain(title)}](${name}.md), for machines [${name}.json](${name}.json)`,
      ),
    ),
    'The worksheet for those who verify services is readiness.csv. manifest.json has the SHA-256 of every file.',
    '## How to check it',
    'Nothing in it was changed since it was made when this says so:',
    '```sh\nnpm run -s pilot -- gate-0 verify FILE.zip\n```',
    'It also prints the digest of the whole file. Note that digest where you sign: whoever makes a package anew of the same moment, events and directory gets the same.',
  );
}
