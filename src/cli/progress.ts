import ora, { type Ora } from 'ora';

export interface Progress {
  /** What is being done now, as words that complete "... is what we are waiting for". */
  say(text: string): void;
}

const patienceMs = 1_000;

/** A spinner on stderr; lines in a pipe. On a terminal that does not say how wide it is, ora would clear lines without end. */
export function makeSpinner(): Ora {
  const hasWidth = process.stderr.columns !== 0;
  return ora({ stream: process.stderr, discardStdin: false, ...(!hasWidth && { isEnabled: false }) });
}

/**
 * Shows on stderr what `work` is doing, once it takes longer than a second: a spinner, or a line a second in a pipe.
 * Saying something shows it as well when it is time, because work that does not pause keeps timers waiting.
 */
export async function withProgress<Result>(work: (progress: Progress) => Promise<Result>): Promise<Result> {
  const spinner = makeSpinner();
  let latest = 'Working';
  let shown: string | undefined;
  let shownAt = performance.now();
  const showWhenDue = () => {
    if (latest === shown || performance.now() - shownAt < patienceMs) return;
    shown = latest;
    shownAt = performance.now();
    spinner.start(latest);
    spinner.render();
  };
  const timer = setInterval(showWhenDue, patienceMs);
  try {
    return await work({
      say(text) {
        latest = text;
        showWhenDue();
      },
    });
  } finally {
    clearInterval(timer);
    spinner.stop();
  }
}
