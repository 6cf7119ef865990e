/** The colours of the charts, as the style sheet has them at the moment, so that both always look alike. */

const names = [
  'ink',
  'muted',
  'grid',
  'surface',
  'connected',
  'p75',
  'p90',
  'before',
  'failed',
  'disconnected-number',
  'no-response',
  'intake',
  'routing',
  'capacity',
  'other',
  'open',
  'withdrew',
  'web-only',
  'web-plus-call',
  'provider',
  'within-limit',
  'overdue',
  'never-checked',
] as const;

export type ColourName = (typeof names)[number];

/**
 * Colours, and how text is written: `em` pixels of a font of 16 pixels on a telephone, and more on a wall. With patterns,
 * colours are not all that tells things apart.
 */
export type Theme = Readonly<Record<ColourName, string>> & { font: string; em: number; hasPatterns: boolean };

/** Where the system forces a few colours of its own on pages. */
export const forcedColours = '(forced-colors: active)';

/**
 * Reads the custom properties `--chart-*`. They may differ between light and dark, and custom properties are not resolved
 * until something is painted with them.
 * @param scheme 'light' for what leaves the screen (paper, images), whatever the screen shows
 */
export function readTheme(scheme: 'screen' | 'light'): Theme {
  const probe = document.createElement('span');
  probe.hidden = true;
  probe.style.setProperty('forced-color-adjust', 'none');
  if (scheme === 'light') probe.style.colorScheme = 'light';
  document.body.append(probe);
  const colours = names.map((name) => {
    probe.style.color = `var(--chart-${name})`;
    return [name, getComputedStyle(probe).color] as const;
  });
  const font = getComputedStyle(document.body).fontFamily;
  const em = scheme === 'light' ? 16 : readEm();
  probe.remove();
  const hasPatterns = scheme === 'light' || matchMedia(forcedColours).matches;
  return { ...(Object.fromEntries(colours) as Record<ColourName, string>), font, em, hasPatterns };
}

/** How large the page's text is at the moment. */
export function readEm(): number {
  return Number.parseFloat(getComputedStyle(document.body).fontSize);
}

/** Ink or surface, whichever stands out more on a colour (WCAG 2, contrast). */
export function readableOn(colour: string, { ink, surface }: Theme): string {
  const [on, one, other] = [luminance(colour), luminance(ink), luminance(surface)];
  const contrast = (a: number, b: number) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  return contrast(on, one) > contrast(on, other) ? ink : surface;
}

/** Of a computed colour: "rgb(11, 92, 173)". */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map((part) => {
    const share = Number(part) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
