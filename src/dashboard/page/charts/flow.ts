import type { ChartConfiguration } from 'chart.js';
import { fontOf, inLines, tooltip } from './axes.ts';
import type { DrawChart } from './chart.ts';
import type { ColourName } from './theme.ts';

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
  return (theme, width): ChartConfiguration<'sankey'> => {
    const isNarrow = width < 32 * theme.em;
    const colourOf = (id: string) => theme[byId.get(id)?.colour ?? 'other'];
    return {
      type: 'sankey',
      data: {
        datasets: [
          {
            data: flows.map(({ from, to, count }) => ({ from, to, flow: count })),
            colorFrom: ({ raw }: { raw: { from: string } }) => colourOf(raw.from),
            colorTo: ({ raw }: { raw: { to: string } }) => colourOf(raw.to),
            colorMode: 'to',
            alpha: 0.45,
            labels: Object.fromEntries(
              nodes.map(({ id, label }) => [id, isNarrow ? inLines(label, 13).join('\n') : label]),
            ),
            column: Object.fromEntries(nodes.map(({ id, column }) => [id, column])),
            priority: Object.fromEntries(nodes.map(({ id }, index) => [id, index])),
            color: theme.ink,
            borderWidth: 0,
            nodeWidth: 12,
            nodePadding: 16,
            font: fontOf(theme, isNarrow ? 0.7 : 0.8),
            // Between two columns there is room for the names of one of them.
            ...(isNarrow && { nodeLabels: { position: leftOfLater(nodes) } }),
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
  };
}

function leftOfLater(nodes: readonly FlowNode[]): Record<string, 'left' | 'right'> {
  return Object.fromEntries(nodes.map(({ id, column }) => [id, column === 0 ? 'right' : 'left']));
}
