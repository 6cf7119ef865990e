import { chartForImage, type DrawChart } from './charts/chart.ts';
import { readTheme } from './charts/theme.ts';
import { wrapped } from './charts/words.ts';

/** What an image of a picture says, above and below it. */
export interface ImageParts {
  title: string;
  finding: string;
  notes: string;
  /** Cycle, organisation and window. */
  source: string;
  draw: DrawChart;
}

const size = { width: 960, chartHeight: 480, margin: 32, scale: 2 };

interface Paragraph {
  lines: string[];
  font: string;
  colour: string;
  lineHeight: number;
  /** Room above it. */
  gap: number;
}

/** The chart with its title, finding, notes and source, so that the image says by itself what it is. It is as high as that needs. */
export function imageOf({ title, finding, notes, source, draw }: ImageParts): HTMLCanvasElement {
  const { width, chartHeight, margin, scale } = size;
  const inner = width - 2 * margin;
  const canvas = document.createElement('canvas');
  const paper = canvas.getContext('2d');
  if (!paper) return canvas;
  const theme = readTheme('light');
  const paragraph = (
    text: string,
    weight: number,
    pixels: number,
    colour: string,
    gap: number,
  ): Paragraph => {
    const font = `${weight} ${pixels}px ${theme.font}`;
    paper.font = font;
    const lines = text === '' ? [] : wrapped(text, (line) => paper.measureText(line).width <= inner);
    return { lines, font, colour, lineHeight: pixels * 1.4, gap: lines.length === 0 ? 0 : gap };
  };
  const above = [paragraph(title, 600, 24, theme.ink, 0), paragraph(finding, 400, 16, theme.muted, 4)];
  const below = [paragraph(notes, 400, 13, theme.muted, 12), paragraph(source, 400, 13, theme.muted, 6)];
  const chart = chartForImage(draw, { width: inner, height: chartHeight, scale });
  const heightOf = (paragraphs: readonly Paragraph[]) =>
    paragraphs.reduce((sum, { lines, lineHeight, gap }) => sum + gap + lines.length * lineHeight, 0);
  const top = margin + heightOf(above) + 16;
  const bottom = top + chart.height / scale;

  canvas.width = width * scale;
  canvas.height = Math.ceil(bottom + heightOf(below) + margin) * scale;
  paper.scale(scale, scale);
  paper.fillStyle = theme.surface;
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(chart, margin, top, inner, chart.height / scale);
  paper.textBaseline = 'top';
  for (const [paragraphs, start] of [
    [above, margin],
    [below, bottom],
  ] as const) {
    let y = start;
    for (const { lines, font, colour, lineHeight, gap } of paragraphs) {
      y += gap;
      paper.font = font;
      paper.fillStyle = colour;
      for (const line of lines) {
        paper.fillText(line, margin, y);
        y += lineHeight;
      }
    }
  }
  return canvas;
}
