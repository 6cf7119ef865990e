import { CommanderError } from 'commander';
import { SettingsError } from '../config.ts';
import { toStorageFailure } from '../database/failures.ts';
import { StorageFailure, type StorageMeaning } from '../errors.ts';

/** How people call us, in help and in advice. */
export const invocation = 'npm run -s pilot --';

/** A command that cannot do what was asked. The message is one sentence for the person who asked. */
export class CommandFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CommandFailure';
  }
}

const sentenceByMeaning: Readonly<Record<StorageMeaning, string>> = {
  unavailable: 'The database became unavailable before the command was done.',
  contention: 'Another process is in the way in the database; try again.',
  overload: 'The database took too long.',
  missing_table: `The database is not migrated yet. Run "${invocation} migrate" first.`,
  unknown_reference: 'The database refused a reference to something that is not registered.',
  duplicate: 'The database has that already.',
  defect: 'The database refused the command.',
  outcome_unknown: 'It is not known whether the change was stored; the command can be repeated.',
};

const sentenceBySqlstate: Readonly<Record<string, string>> = {
  '25006': 'The database is read-only.',
  '42501': 'The role in the connection URL does not have the permission that this command needs.',
  '42704': `A role or an object that this needs does not exist. Run "${invocation} roles" and "${invocation} migrate" first.`,
};

/** One line about why a command failed. Messages of Postgres and of libraries may quote values and stay out of it. */
export function sentenceFor(error: unknown): string {
  if (error instanceof SettingsError) return error.lines.join(' ');
  if (error instanceof CommanderError) return ofCommander(error);
  const { sqlstate, meaning } = toStorageFailure(error);
  if (sqlstate || error instanceof StorageFailure) {
    const sentence = sentenceBySqlstate[sqlstate ?? ''] ?? sentenceByMeaning[meaning];
    return sqlstate && meaning === 'defect' ? `${sentence} (SQLSTATE ${sqlstate})` : sentence;
  }
  // Our own modules throw plain errors with one sentence; an error with a code comes from the system below.
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code) return `The command failed: the system answered ${code}.`;
  const isSentence =
    error instanceof CommandFailure || (error instanceof Error && error.constructor === Error);
  return isSentence
    ? oneLine(error.message)
    : `The command failed because of a defect (${error instanceof Error ? error.name : 'unknown'}).`;
}

function ofCommander({ code, message }: CommanderError): string {
  if (code === 'commander.help') return `Name a command; "${invocation} --help" lists them.`;
  const sentence = oneLine(message.replace(/^error: /, '').replace(/\.?$/, '.'));
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
