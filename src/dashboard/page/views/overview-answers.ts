import { html, nothing, type TemplateResult } from 'lit-html';
import type { Metric, ScorecardAnswer } from '../../../capabilities/metrics/schema.ts';
import { bars } from '../charts/bars.ts';
import type { ColourName } from '../charts/theme.ts';
import { minimumsOf } from '../metrics.ts';
import { picture } from '../picture.ts';
import { recomputeControl } from '../recompute-control.ts';
import type { Window } from '../selection.ts';
import { number, text } from '../table.ts';
import type { ViewTools } from '../tools.ts';
import type { Calculation } from '../weeks.ts';
import { isWithin } from '../windows.ts';
import { sayMinimum } from './parts.ts';

interface Computed {
  scorecard: ScorecardAnswer;
  weeks: readonly Calculation[];
  attemptsNow: number | null;
}

/** As few as the spec has for a sample of audits: below it, a figure hangs on single events. */
const fewAttempts = 20;

type Verdict = 'good' | 'warn' | 'bad' | 'none';

/** The two questions of the first screen with their answers, and the picture that belongs to the first one. */
export function answers(computed: Computed, tools: ViewTools): TemplateResult {
  const rate = computed.scorecard.metrics.find(({ metric_id }) => metric_id === 'M1');
  if (!rate) return html``;
  return html`<div class="answers">
    ${connecting(rate, computed, tools)} ${trusting(rate, computed, tools)} ${weeksPicture(computed, tools)}
  </div>`;
}

/** What the rate is compared with, and the two figures that say so. */
interface Comparison {
  verdict: Verdict;
  answer: string;
  before?: { value: number; label: string };
  now?: { value: number; label: string };
  sentences: string[];
}

function connecting(rate: Metric, computed: Computed, tools: ViewTools): TemplateResult {
  const { messages, formats } = tools;
  const { verdict, answer, before, now, sentences } = compare(rate, computed, tools);
  const big = (figure: Comparison['now'], kind: string) =>
    figure
      ? html`<div class="big big-${kind}"><dt>${figure.label}</dt><dd>${formats.ratio(figure.value)}</dd></div>`
      : nothing;
  return html`<section class="card answer answer-${verdict}">
    <h2>${messages.overview.connecting}</h2>
    <p class="verdict">${answer}</p>
    ${
      now
        ? html`<p class="hint">${messages.metrics.M1.name}</p>
            <dl class="compared">${big(before, 'before')} ${big(now, 'now')}</dl>`
        : nothing
    }
    <p>${sentences.join(' ')}</p>
  </section>`;
}

/** With the stored baseline; without one, the first week of the window with its last; else with nothing. */
function compare(rate: Metric, { scorecard, weeks }: Computed, tools: ViewTools): Comparison {
  const { messages, formats, context } = tools;
  const words = messages.overview;
  const { value, numerator, denominator } = rate;
  if (value === null)
    return { verdict: 'none', answer: words.notMeasured, sentences: [messages.metrics.M1.nothing] };
  const check = scorecard.gate_1?.checks.find(({ metric_id }) => metric_id === 'M1');
  const counts = [formats.count(numerator ?? 0), formats.count(denominator)] as const;
  if (check && check.baseline !== null) {
    const met = check.pass ? words.targetMet : words.targetMissed;
    return {
      ...judge(check.baseline, value, [words.fewerFail, words.moreFail, words.sameFail]),
      before: { value: check.baseline, label: words.baseline },
      now: { value, label: words.now },
      sentences: [words.failed(...counts), met(formats.ratio(check.threshold))],
    };
  }
  const noBaseline = context.selection.orgId === null ? words.noCycleBaseline : words.noBaseline;
  const sentences = [words.overall(formats.ratio(value), ...counts), noBaseline];
  const within = measuredIn(ratesOf(weeks, tools)).filter(({ window }) =>
    isWithin(window, context.selection),
  );
  const [first, last] = [within.at(0), within.at(-1)];
  if (!first || !last || first === last) {
    return {
      verdict: 'none',
      answer: words.nothingToCompare,
      now: { value, label: words.now },
      sentences,
    };
  }
  const judged = judge(first.value, last.value, [
    words.fewerSinceFirst,
    words.moreSinceFirst,
    words.sameFail,
  ]);
  const attempts = [first, last].map(({ metric }) => metric.denominator);
  const areFew = Math.min(...attempts) < fewAttempts;
  const [inFirst = '', inLast = ''] = attempts.map(formats.count);
  return {
    answer: judged.answer,
    verdict: areFew ? 'warn' : judged.verdict,
    before: { value: first.value, label: words.weekOf(first.day) },
    now: { value: last.value, label: words.weekOf(last.day) },
    sentences: areFew ? [words.fewInWeeks(inFirst, inLast), ...sentences] : sentences,
  };
}

function judge(
  before: number,
  now: number,
  [fewer, more, same]: [fewer: string, more: string, same: string],
): Pick<Comparison, 'verdict' | 'answer'> {
  if (now === before) return { verdict: 'warn', answer: same };
  return now < before ? { verdict: 'good', answer: fewer } : { verdict: 'bad', answer: more };
}

/** The rate of one week. */
interface WeeklyRate {
  window: Window;
  start: string;
  day: string;
  metric: Pick<Metric, 'value' | 'numerator' | 'denominator' | 'quality'>;
}

function ratesOf(weeks: readonly Calculation[], { formats }: ViewTools): WeeklyRate[] {
  return weeks.flatMap(({ window, figures }) => {
    const metric = figures.get('M1');
    const { start } = window;
    return metric && start !== null ? [{ window, start, day: formats.shortDay(start), metric }] : [];
  });
}

/** The weeks in which there was something to measure, with their values. */
function measuredIn(rates: readonly WeeklyRate[]): (WeeklyRate & { value: number })[] {
  return rates.flatMap((rate) => (rate.metric.value === null ? [] : [{ ...rate, value: rate.metric.value }]));
}

function weeksPicture({ scorecard, weeks }: Computed, tools: ViewTools): TemplateResult {
  const { messages, formats } = tools;
  const words = messages.overview;
  const check = scorecard.gate_1?.checks.find(({ metric_id }) => metric_id === 'M1');
  const rates = ratesOf(weeks, tools);
  const measured = measuredIn(rates);
  const [first, last] = [measured.at(0), measured.at(-1)];
  if (!first || !last) {
    return html`<section class="card picture"><h2>${words.weeksTitle}</h2><p class="hint">${words.noWeeks}</p></section>`;
  }
  const baseline = check?.baseline ?? null;
  const before = baseline === null ? [] : [{ label: words.before, value: baseline }];
  const columns: { label: string; value: number | null; colour: ColourName }[] = [
    ...before.map((column) => ({ ...column, colour: 'before' as const })),
    ...rates.map(({ day, metric }) => ({ label: day, value: metric.value, colour: 'connected' as const })),
  ];
  const finding = [
    baseline === null ? '' : words.weeksBaseline(formats.ratio(baseline)),
    words.weeksFinding(formats.ratio(first.value), formats.ratio(last.value), measured.length),
  ].join(' ');
  return picture(
    {
      title: words.weeksTitle,
      finding: finding.trim(),
      size: 'small',
      fileName: 'failed-contact-rate-by-week',
      table: {
        columns: [
          { label: messages.trends.week },
          { label: messages.metrics.M1.name, isNumber: true },
          { label: messages.calls.failed, isNumber: true },
          { label: messages.calls.attempts, isNumber: true },
          { label: messages.trends.quality },
        ],
        rows: [
          ...before.map(({ label, value }) => [
            text(label),
            number(value, formats.ratio),
            number(null, formats.count),
            number(null, formats.count),
            text(''),
          ]),
          ...rates.map(({ start, metric }) => [
            { text: formats.day(start), raw: start },
            number(metric.value, formats.ratio),
            number(metric.numerator, formats.count),
            number(metric.denominator, formats.count),
            text(messages.quality[metric.quality]),
          ]),
        ],
      },
      draw: bars({
        categories: columns.map(({ label }) => label),
        series: [
          { label: messages.metrics.M1.name, colour: 'connected', values: columns.map(({ value }) => value) },
        ],
        categoryColours: columns.map(({ colour }) => colour),
        format: formats.ratio,
        scale: { kind: 'ratio', format: formats.wholeRatio },
        limit: check && { value: check.threshold, label: words.targetLine(formats.ratio(check.threshold)) },
      }),
    },
    tools,
  );
}

function trusting(rate: Metric, { scorecard, attemptsNow }: Computed, tools: ViewTools): TemplateResult {
  const words = tools.messages.overview;
  const age = ageOf(rate, attemptsNow, tools);
  const isGood = rate.quality === 'ok' && age[0] === 'good' && rate.denominator >= fewAttempts;
  const verdict = rate.quality === 'no_data' ? 'none' : isGood ? 'good' : 'warn';
  const answer = { none: words.noTrust, good: words.trust, warn: words.trustWithCare }[verdict];
  const reasons: [Verdict, string][] = [
    ...minimumsOf(rate).map((minimum): [Verdict, string] => {
      const said = sayMinimum(minimum, tools);
      const isMet = minimum.value !== null && minimum.value >= minimum.minimum;
      return isMet
        ? ['good', words.meetsMinimum(said.measure, said.value, said.minimum)]
        : ['warn', words.belowMinimum(said.measure, said.value, said.minimum)];
    }),
    ...(rate.denominator > 0 ? [weightOfOne(rate.denominator, tools)] : []),
    age,
    ...theOthers(scorecard.metrics, tools),
  ];
  return html`<section class="card answer answer-${verdict}">
    <h2>${words.trusting}</h2>
    <p class="verdict">${answer}</p>
    <ul class="reasons">${reasons.map(([kind, reason]) => html`<li class="reason-${kind}">${reason}</li>`)}</ul>
    ${recomputeControl(tools)}
  </section>`;
}

/** Whether the figure still counts what is stored. Less is stored only when somebody has deleted what was kept long enough. */
function ageOf(
  { calculated_at, denominator }: Metric,
  attemptsNow: number | null,
  { messages, formats }: ViewTools,
): [Verdict, string] {
  const words = messages.overview;
  const moment = formats.moment(calculated_at);
  if (attemptsNow === null) return ['warn', words.ageUnknown(moment)];
  const arrived = attemptsNow - denominator;
  if (arrived > 0) return ['warn', words.outdated(moment, arrived, formats.count(arrived))];
  if (arrived < 0) return ['warn', words.deleted(moment, -arrived, formats.count(-arrived))];
  return ['good', words.upToDate(moment)];
}

function weightOfOne(attempts: number, { messages, formats }: ViewTools): [Verdict, string] {
  const isFew = attempts < fewAttempts;
  const say = isFew ? messages.overview.few : messages.overview.oneWeighs;
  return [isFew ? 'warn' : 'good', say(attempts, formats.count(attempts), formats.points(1 / attempts))];
}

function theOthers(metrics: readonly Metric[], { messages, formats }: ViewTools): [Verdict, string][] {
  const words = messages.overview;
  const countOf = (quality: Metric['quality']) =>
    metrics.filter((metric) => metric.quality === quality).length;
  const [below, empty, total] = [countOf('below_minimum'), countOf('no_data'), formats.count(metrics.length)];
  if (below + empty === 0) return [['good', words.othersOk(total)]];
  return [
    ...(below > 0
      ? [['warn', words.othersBelow(below, formats.count(below), total)] satisfies [Verdict, string]]
      : []),
    ...(empty > 0
      ? [['none', words.othersNoData(empty, formats.count(empty), total)] satisfies [Verdict, string]]
      : []),
  ];
}
