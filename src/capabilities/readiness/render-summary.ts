import { plain, table } from '../markdown.ts';
import { ageLimits } from './assess.ts';
import type { GapKind, Readiness, ReadinessEntry, Step } from './schema.ts';

const stepNames: Readonly<Record<Step, string>> = {
  verification: '1. Verification',
  hours: '2. Hours',
  access_script: '3. Access script',
  place: '4. Coordinates and address',
  email: '5. E-mail',
  unmatched: '6. Unmatched entries',
};

const gapNames: Readonly<Record<GapKind, string>> = {
  verification_missing: 'never verified',
  verification_stale: 'verification stale',
  verification_due: 'verification due',
  hours: 'no structured hours',
  hours_text: 'no hours text',
  access_script: 'no access script',
  coordinates: 'no coordinates',
  address: 'no address',
  email: 'no e-mail',
  directory_record: 'not in the directory',
};

const mostToBeginWith = 20;

/** The report for people, in Markdown: how much there is to do, where to begin, and what the words mean. */
export function renderSummary(readiness: Readiness): string {
  const { pilot_cycle_id, org_id, as_of, scope, totals, verification, gaps, entries } = readiness;
  const matched = entries.filter(({ step }) => step !== 'unmatched');
  const unmatched = entries.filter(({ step }) => step === 'unmatched');
  const toDo = matched.filter(({ step }) => step !== null);
  return [
    `# Readiness of the scope of ${plain(pilot_cycle_id)}`,
    '',
    `As of ${as_of} (UTC). ${scope === 'file' ? 'The scope comes from a file' : 'The scope is the registered one'}, ${
      org_id === null ? 'of all organisations' : `of the organisation ${org_id}`
    }.`,
    '',
    table(
      ['services in scope', String(totals.entries)],
      [
        ['in the directory', totals.in_directory],
        ['not in the directory', totals.unmatched],
        ['with nothing missing', totals.without_gaps],
        ['without a place to go to', totals.without_place],
      ],
    ),
    '',
    '## What is missing, in the order of work',
    '',
    'A service may have several gaps.',
    '',
    table(
      ['step', 'gap', 'services'],
      gaps.map(({ step, gap, entries }) => [stepNames[step], gapNames[gap], entries]),
    ),
    '',
    '## Age of the verification',
    '',
    table(['verification', 'services'], Object.entries(verification)),
    '',
    ...section(
      'Where to begin',
      toDo,
      mostToBeginWith,
      ({ service_id, name, gaps }) =>
        plain(`${name} (${service_id}): `) + gaps.map((gap) => gapNames[gap]).join(', '),
    ),
    ...section('Not in the directory', unmatched, unmatched.length, ({ service_id }) => plain(service_id)),
    '## What the words mean',
    '',
    `- A verification is due when it is more than ${ageLimits.dueCrisis} days old for a crisis service, or more than ${ageLimits.due} for another, and stale when it is more than ${ageLimits.stale} days old. A day after ${as_of} counts as never verified.`,
    '- A service is a crisis service by its tier in scope, or by its category in the directory.',
    '- Coordinates are asked for only where the directory has a place to go to.',
    '- The report knows which details the directory has, and never the details.',
    '',
  ].join('\n');
}

/** A numbered list of some entries, or nothing when there are none. */
function section(
  title: string,
  entries: readonly ReadinessEntry[],
  most: number,
  lineOf: (entry: ReadinessEntry) => string,
): string[] {
  if (entries.length === 0) return [];
  const lines = entries.slice(0, most).map((entry, index) => `${index + 1}. ${lineOf(entry)}`);
  const rest = entries.length - lines.length;
  const more = rest > 0 ? ['', `And ${rest} more; the worksheet has all of them.`] : [];
  return [`## ${title}`, '', ...lines, ...more, ''];
}
