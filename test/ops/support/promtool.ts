import { spawnSync } from 'node:child_process';

const isInstalled = spawnSync('promtool', ['--version']).status === 0;

/** For tap: why tests that need Prometheus' promtool are skipped here, or false. */
export const skipWithoutPromtool = !isInstalled && 'needs promtool, which is not installed';

/** Runs promtool, with `input` on its standard input. */
export function promtool(
  parameters: readonly string[],
  input = '',
): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('promtool', parameters, { input, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}
