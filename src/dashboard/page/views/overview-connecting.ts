import { html, nothing, type TemplateResult } from 'lit-html';
import type { Metric } from '../../../capabilities/metrics/schema.ts';
import { fewest, figureIn } from '../metrics.ts';
import type { ViewTools } from '../tools.ts';
import { compareRates, type Judgement, type Rate, throughOf } from './compare.ts';
import type { Computed, Verdict } from './overview-data.ts';
import { measuredIn, ratesOf } from './overview-weeks.ts';

/** What the rate is compared with, and the two figures that say so. */
interface Comparison {
  verdict: Verdict;
  answer: string;
  before?: Side;
  now?: Side;
  sentences: string[];
}

interface Side {
  label: string;
  rate: Rate;
  /** The days that it is about, where the label does not say them. */
  days?: string | undefined;
}

/** Whether more people are connected than before. */
export function connecting(rate: Metric, computed: Computed, tools: ViewTools): TemplateResult {
  const { messages } = tools;
  const { verdict, answer, before, now, sentences } = compare(rate, computed, tools);
  const median = medians(computed, tools);
  return html`<section class="card answer answer-${verdict}">
    <h2>${messages.overview.connecting}</h2>
    <p class="verdict">${answer}</p>
    ${
      now
        ? html`<p class="hint">${messages.metrics.M1.name}</p>
            <dl class="compared">${before ? big(before, 'before', tools) : nothing} ${big(now, 'now', tools)}</dl>`
        : nothing
    }
    <p>${sentences.join(' ')}</p>
    ${median === null ? nothing : html`<p>${median}</p>`}
  </section>`;
}

function big({ label, rate, days }: Side, kind: 'before' | 'now', { messages, formats }: ViewTools) {
  const through = throughOf(rate);
  const counts =
    through === null || rate.denominator === null
      ? []
      : [messages.overview.through(through, formats.count(through), formats.count(rate.denominator))];
  const said = [...counts, ...(days ? [days] : [])].join(', ');
  return html`<div class="big big-${kind}">
    <dt>${label}</dt>
    <dd>${formats.ratio(rate.value)}${said === '' ? nothing : html`<p class="hint counts">${said}</p>`}</dd>
  </div>`;
}

/** With the stored baseline; without one, the first of the weeks with the last one; else with nothing. */
function compare(rate: Metric, computed: Computed, tools: ViewTools): Comparison {
  const { messages, formats, context } = tools;
  const words = messages.overview;
  const { value, numerator, denominator } = rate;
  if (value === null)
    return { verdict: 'none', answer: words.notMeasured, sentences: [messages.metrics.M1.nothing] };
  const now: Side = { label: words.now, rate: { value, numerator, denominator } };
  const before = beforeOf(computed, tools);
  if (before) return compareWithBaseline(before, now, computed, tools);

  const noBaseline = context.selection.orgId === null ? words.noCycleBaseline : words.noBaseline;
  const failed = numerator ?? 0;
  const sentences = [
    words.overall(failed, formats.ratio(value), formats.count(failed), formats.count(denominator)),
    noBaseline,
  ];
  const measured = measuredIn(ratesOf(computed.weeks, tools));
  const [first, last] = [measured.at(0), measured.at(-1)];
  if (!first || !last || first === last)
    return { verdict: 'none', answer: words.nothingToCompare, now, sentences };
  const judged = compareRates(first.rate, last.rate);
  return {
    verdict: judged.verdict,
    answer: words.sinceFirst[judged.share],
    before: { label: words.weekOf(first.day), rate: first.rate },
    now: { label: words.weekOf(last.day), rate: last.rate },
    sentences: [...caveats(judged, first.rate, last.rate, tools), ...sentences],
  };
}

/** The baseline with what it counts; where that cannot be read, its rate alone, which Gate 1 says, too. */
function beforeOf({ scorecard, baseline }: Computed, { messages, formats }: ViewTools): Side | undefined {
  const label = messages.overview.baseline;
  const stored = figureIn(baseline?.metrics ?? [], 'M1');
  if (baseline && stored && stored.value !== null) {
    const { value, numerator, denominator } = stored;
    const days = formats.calendarDays(baseline.start_date, baseline.end_date);
    return { label, rate: { value, numerator, denominator }, days };
  }
  const value = figureIn(scorecard.gate_1?.checks ?? [], 'M1')?.baseline ?? null;
  return value === null ? undefined : { label, rate: { value, numerator: null, denominator: null } };
}

function compareWithBaseline(before: Side, now: Side, { scorecard }: Computed, tools: ViewTools): Comparison {
  const { messages, formats } = tools;
  const words = messages.overview;
  const judged = compareRates(before.rate, now.rate);
  const check = figureIn(scorecard.gate_1?.checks ?? [], 'M1');
  const target = check && (check.pass ? words.targetMet : words.targetMissed)(formats.ratio(check.threshold));
  return {
    verdict: judged.verdict,
    answer: words.sinceBefore[judged.share],
    before,
    now,
    sentences: [...caveats(judged, before.rate, now.rate, tools), ...(target ? [target] : [])],
  };
}

/** What keeps the answer from being a plain one. */
function caveats(
  { number, areFew }: Judgement,
  before: Rate,
  now: Rate,
  { messages, formats }: ViewTools,
): string[] {
  const words = messages.overview;
  const say = (count: number | null) => (count === null ? '–' : formats.count(count));
  return [
    ...(number === null ? [] : [words.inNumbers[number](say(throughOf(now)), say(throughOf(before)))]),
    ...(areFew ? [words.fewCompared(say(before.denominator), say(now.denominator))] : []),
  ];
}

/** How long it took before and takes now; null where one of the two is not known. */
function medians({ scorecard, baseline }: Computed, { messages, formats }: ViewTools): string | null {
  const words = messages.overview;
  const before = figureIn(baseline?.metrics ?? [], 'M2_P50');
  const now = figureIn(scorecard.metrics, 'M2_P50');
  if (!before || !now || before.value === null || now.value === null) return null;
  const said = words.median(formats.value(before.value, 'seconds'), formats.value(now.value, 'seconds'));
  const areFew = Math.min(before.denominator, now.denominator) < fewest;
  return areFew
    ? `${said} ${words.medianOfFew(formats.count(before.denominator), formats.count(now.denominator))}`
    : said;
}
