import type { Test } from 'tap';

/** Moves the process clock ahead until the end of the test, for the libraries that read it themselves. */
export function moveClockAhead(t: Test, milliseconds: number): void {
  const { now } = Date;
  Date.now = () => now() + milliseconds;
  t.teardown(() => {
    Date.now = now;
  });
}
