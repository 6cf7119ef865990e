/** A text in lines that fit; a word that is longer than a line has one of its own. */
export function wrapped(text: string, fits: (line: string) => boolean): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && fits(longer)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** A label in lines of about as many letters, which Chart.js takes for one; what is longer ends in an ellipsis. */
export function inLines(label: string, longest: number, most = 2): string[] {
  const lines = wrapped(label, (line) => line.length <= longest);
  const cut = (line: string) => `${line.slice(0, Math.max(1, Math.floor(longest) - 1)).trimEnd()}…`;
  // A word that is as long as a line and a half would push the picture aside.
  const kept = lines.slice(0, most).map((line) => (line.length > longest * 1.5 ? cut(line) : line));
  if (lines.length > most) kept.splice(-1, 1, cut(lines.slice(most - 1).join(' ')));
  return kept;
}
