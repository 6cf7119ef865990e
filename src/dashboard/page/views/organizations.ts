import { html, type TemplateResult } from 'lit-html';
import type { OrganizationsAnswer } from '../../../capabilities/metrics/schema.ts';
import { bars } from '../charts/bars.ts';
import { type Family, families, fewest, figureIn, figuresOf, isDoubtful, unitOf } from '../metrics.ts';
import { listing, picture } from '../picture.ts';
import { type Cell, number, text } from '../table.ts';
import { defineView, type ViewTools } from '../tools.ts';
import { directionOf, emptyState, qualityBadge, scaleOf } from './parts.ts';

type Organization = OrganizationsAnswer['organizations'][number];

/** The organisations of a cycle side by side, for those who look after all of them. */
export const organizations = defineView<OrganizationsAnswer>({
  id: 'organizations',
  title: 'organizations',
  ignores: ['organization'],
  isOffered: ({ access }) => access.is_app_admin,
  load: ({ context, chosen: { org_id: _, ...chosen } }) => context.api.get('/metrics/organizations', chosen),
  render: ({ organizations }, tools) => {
    const words = tools.messages.organizations;
    if (organizations.length === 0) return emptyState(words.none, words.noneHint);
    const computed = organizations.filter(({ metrics }) => metrics.length > 0);
    if (computed.length === 0) return emptyState(words.noneComputed, tools.messages.overview.emptyHint);
    return html`${sideBySide(organizations, tools)}
      <div class="pictures">${families.map((family) => compared(family, computed, tools))}</div>`;
  },
});

/** The figure that stands for a metric. */
const figureOf = ({ metrics }: Organization, family: Family) => figureIn(metrics, figuresOf[family][0]);

function sideBySide(organizations: readonly Organization[], tools: ViewTools): TemplateResult {
  const { messages, formats } = tools;
  const words = messages.organizations;
  const figureCell = (organization: Organization, family: Family): Cell => {
    const metric = figureOf(organization, family);
    const cell = number(metric?.value ?? null, (value) => formats.value(value, unitOf(family)));
    if (metric?.quality !== 'below_minimum') return cell;
    return { ...cell, shown: html`${cell.text} <span class="below">${qualityBadge(metric, tools)}</span>` };
  };
  return listing(
    {
      title: words.title,
      hint: words.caution,
      table: {
        columns: [
          { label: words.organization },
          ...families.map((family) => ({
            label: `${family} ${messages.metrics[family].short}`,
            isNumber: true,
          })),
        ],
        rows: organizations.map((organization) => [
          { ...text(organization.name), shown: nameOf(organization, tools) },
          ...families.map((family) => figureCell(organization, family)),
        ]),
      },
    },
    tools,
  );
}

/** A way to the organisation's own figures. */
function nameOf({ org_id, name, metrics }: Organization, { context, messages }: ViewTools): TemplateResult {
  return html`<button type="button" class="link" @click=${() => context.select({ view: 'overview', orgId: org_id })}>${name}</button>
    ${metrics.length === 0 ? html`<span class="hint">${messages.organizations.notComputed}</span>` : ''}`;
}

function compared(family: Family, organizations: readonly Organization[], tools: ViewTools): TemplateResult {
  const { messages, formats } = tools;
  const words = messages.organizations;
  const unit = unitOf(family);
  const rows = organizations.map((organization) => {
    const metric = figureOf(organization, family);
    return { name: organization.name, metric, value: metric?.value ?? null };
  });
  const values = rows.map(({ value }) => value);
  const doubtful = rows.map(({ metric }) => metric !== undefined && isDoubtful(metric));
  const known = rows
    .flatMap(({ name, value }) => (value === null ? [] : [{ name, value }]))
    .toSorted((a, b) => a.value - b.value);
  const [lowest, highest] = [known.at(0), known.at(-1)];
  const finding =
    lowest && highest && lowest.value === highest.value
      ? words.same(formats.value(lowest.value, unit))
      : lowest && highest
        ? `${words.lowest(lowest.name, formats.value(lowest.value, unit))} ${words.highest(highest.name, formats.value(highest.value, unit))}`
        : messages.trends.findingNone;
  const title = `${family} ${messages.metrics[family].name}`;
  return picture(
    {
      title,
      finding,
      notes: [
        directionOf(family, tools),
        doubtful.includes(true) ? messages.doubtful.bar(formats.count(fewest)) : null,
      ],
      size: 'small',
      fileName: `${family.toLowerCase()}-by-organisation`,
      table: {
        columns: [
          { label: words.organization },
          { label: messages.metrics[family].name, isNumber: true },
          { label: messages.trends.numerator, isNumber: true },
          { label: messages.trends.denominator, isNumber: true },
          { label: messages.trends.quality },
        ],
        rows: rows.map(({ name, metric, value }) => [
          text(name),
          number(value, (figure) => formats.value(figure, unit)),
          number(metric?.numerator ?? null, formats.count),
          number(metric?.denominator ?? null, formats.count),
          text(metric ? messages.quality[metric.quality] : '–'),
        ]),
      },
      draw: bars({
        categories: rows.map(({ name }) => name),
        series: [
          {
            label: messages.metrics[family].name,
            colour: 'connected',
            values,
            isDoubtful: doubtful,
          },
        ],
        format: (value) => formats.value(value, unit),
        scale: scaleOf(unit, values, tools),
        areRows: true,
      }),
    },
    tools,
  );
}
