import type { Command } from 'commander';
import { z } from 'zod';
import { CommandFailure, invocation } from './failure.ts';
import { type Progress, withProgress } from './progress.ts';

/** What a command found or did. */
export interface Report {
  /** For machines: printed as one JSON document with --json. */
  data: unknown;
  /** For people. */
  text: string;
  /** Why the command fails although it has something to report. */
  failure?: string | undefined;
}

/** Adds a command whose help has one sentence and an example. `usage` is its name and its arguments, as in commander. */
export function describe(parent: Command, usage: string, summary: string, example: string): Command {
  return parent
    .command(usage)
    .description(summary)
    .addHelpText('after', `\nExample:\n  ${invocation} ${example}`);
}

/**
 * Gives a command its work. Arguments and options are validated before anything is connected; a field's description
 * completes the sentence "--NAME must be ...".
 */
export function perform<Schema extends z.ZodObject>(
  command: Command,
  input: Schema,
  work: (input: z.output<Schema>, progress: Progress) => Promise<Report> | Report,
): void {
  command.action(async () => {
    const given = readInput(command, input);
    const report = await withProgress(async (progress) => work(given, progress));
    const { json } = z.object({ json: z.boolean().optional() }).parse(command.optsWithGlobals());
    process.stdout.write(`${json ? JSON.stringify(report.data) : report.text}\n`);
    if (report.failure) throw new CommandFailure(report.failure);
  });
}

function readInput<Schema extends z.ZodObject>(command: Command, input: Schema): z.output<Schema> {
  const words = command.registeredArguments.map(
    (argument, position) => [argument.name(), command.args[position]] as const,
  );
  const parsed = input.safeParse({ ...command.opts(), ...Object.fromEntries(words) });
  if (parsed.success) return parsed.data;
  const field = String(parsed.error.issues[0]?.path[0]);
  const shape: Readonly<Record<string, z.core.$ZodType>> = input.shape;
  const schema = shape[field];
  const mustBe = schema && z.globalRegistry.get(schema)?.description;
  const option = command.options.find((option) => option.attributeName() === field);
  throw new CommandFailure(`${option?.long ?? field.toUpperCase()} must be ${mustBe}.`);
}
