import type { ChartConfiguration } from 'chart.js';
import { fontOf, isNarrow, tooltip } from './axes.ts';
import type { DrawChart } from './chart.ts';
import type { ColourName } from './theme.ts';
import { inLines } from './words.ts';

export interface FlowNode {
  id: string;
  label: string;
  colour: ColourName;
  column: number;
}

export interface Flows {
  /** In the order in which they stand below each other. */
  nodes: readonly FlowNode[];
  flows: readonly { from: string; to: string; count: number; label: string }[];
}

/** How many go where. */
export function flow({ nodes, flows }: Flows): DrawChart {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return (theme, width) => {
    const narrow = isNarrow(width, theme);
    const lines = nodes.map(({ label }) => (narrow ? inLines(keptTogether(label), 12, 3) : [label]));
    const most = Math.max(1, ...lines.map(({ length }) => length));
    const colourOf = (id: string) => theme[byId.get(id)?.colour ?? 'other'];
    const chart: ChartConfiguration<'sankey'> = {
      type: 'sankey',
      data: {
        datasets: [
          {
            data: flows.map(({ from, to, count }) => ({ from, to, flow: count })),
            colorFrom: ({ raw }: { raw: { from: string } }) => colourOf(raw.from),
            colorTo: ({ raw }: { raw: { to: string } }) => colourOf(raw.to),
            colorMode: 'to',
            alpha: 0.45,
            labels: Object.fromEntries(nodes.map(({ id }, index) => [id, lines[index]?.join('\n') ?? ''])),
            column: Object.fromEntries(nodes.map(({ id, column }) => [id, column])),
            priority: Object.fromEntries(nodes.map(({ id }, index) => [id, index])),
            color: theme.ink,
            borderWidth: 0,
            nodeWidth: 12,
            // As much as a label is higher than the least of what it names.
            nodePadding: most * theme.em * 0.9 + 4,
            font: fontOf(theme, narrow ? 0.75 : 0.8),
            nodeLabels: {
              // So that the edges of what flows do not run through the letters.
              backgroundColor: theme.surface.replace(/^rgb\((.*)\)$/, 'rgb($1, 0.8)'),
              borderRadius: 3,
              padding: 3,
              // Between two columns there is room for the names of one of them.
              ...(narrow && { position: leftOfLater(nodes) }),
            },
            size: 'max',
            parsing: { from: 'from', to: 'to', flow: 'flow' },
          },
        ],
      },
      options: {
        layout: { padding: { top: 8, bottom: 8, left: 4, right: 4 } },
        plugins: {
          tooltip: tooltip<'sankey'>(theme, ({ dataIndex }) => flows[dataIndex]?.label ?? ''),
        },
      },
    };
    return { chart };
  };
}

/** The number stays on the line of the last word. */
function keptTogether(label: string): string {
  return label.replace(/ (?=:|\S+$)/g, '\u00a0');
}

function leftOfLater(nodes: readonly FlowNode[]): Record<string, 'left' | 'right'> {
  return Object.fromEntries(nodes.map(({ id, column }) => [id, column === 0 ? 'right' : 'left']));
}
