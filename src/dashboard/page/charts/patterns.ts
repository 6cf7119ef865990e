import type { ColourName, Theme } from './theme.ts';

/**
 * What fills a bar. On a screen that is its colour. On paper, which may be grey, in images, which may be printed, and where
 * the system has a few colours of its own, a pattern tells the parts of a stack apart as well.
 */

type Pattern = (tile: CanvasRenderingContext2D) => void;

const side = 8;

const line =
  (...ways: readonly [x1: number, y1: number, x2: number, y2: number][]): Pattern =>
  (tile) => {
    tile.beginPath();
    for (const [x1, y1, x2, y2] of ways) {
      tile.moveTo(x1, y1);
      tile.lineTo(x2, y2);
    }
    tile.stroke();
  };

// Each goes on in the next tile, and over its corners.
const rising = line([-2, 2, 2, -2], [-2, 10, 10, -2], [6, 10, 10, 6]);
const falling = line([-2, 6, 2, 10], [-2, -2, 10, 10], [6, -2, 10, 2]);
const level = line([0, 2, side, 2], [0, 6, side, 6]);
const crosses = line([4, 0, 4, side], [0, 4, side, 4]);
const dots: Pattern = (tile) => {
  for (const [x, y] of [
    [2, 2],
    [6, 6],
  ] as const) {
    tile.beginPath();
    tile.arc(x, y, 1.4, 0, 2 * Math.PI);
    tile.fill();
  }
};

/** No two that are stacked on each other have the same; what is not here is plain. */
const patterns: Partial<Record<ColourName, Pattern>> = {
  failed: rising,
  'disconnected-number': rising,
  'no-response': dots,
  intake: crosses,
  routing: falling,
  other: level,
  open: level,
  withdrew: crosses,
  'web-only': dots,
  provider: rising,
  overdue: rising,
  'never-checked': crosses,
};

export function fillOf(name: ColourName, theme: Theme): string | CanvasPattern {
  const pattern = theme.hasPatterns ? patterns[name] : undefined;
  return pattern ? tiled(pattern, theme[name], theme.surface) : theme[name];
}

/** For what may not be leaned on: hardly filled, within a border of its colour. */
export function doubtfulFillOf(name: ColourName, theme: Theme): string | CanvasPattern {
  return tiled(rising, theme.surface, theme[name]);
}

function tiled(pattern: Pattern, ground: string, ink: string): string | CanvasPattern {
  // Finer than a pixel of the page, so that it stays sharp on paper.
  const fineness = 4;
  const canvas = document.createElement('canvas');
  canvas.width = side * fineness;
  canvas.height = side * fineness;
  const tile = canvas.getContext('2d');
  if (!tile) return ground;
  tile.scale(fineness, fineness);
  tile.fillStyle = ground;
  tile.fillRect(0, 0, side, side);
  tile.fillStyle = ink;
  tile.strokeStyle = ink;
  tile.lineWidth = 1.25;
  pattern(tile);
  const fill = tile.createPattern(canvas, 'repeat');
  fill?.setTransform(new DOMMatrix().scale(1 / fineness));
  return fill ?? ground;
}
