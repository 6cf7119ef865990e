import { Command, CommanderError } from 'commander';
import { serviceVersion } from '../version.ts';
import { addAdminCommands } from './commands/admin.ts';
import { addBaselineCommand } from './commands/baseline.ts';
import { addCycleCommands } from './commands/cycle.ts';
import { addEventsCommands } from './commands/events.ts';
import { addGateZeroCommands } from './commands/gate-0.ts';
import { addMemberCommands } from './commands/member.ts';
import { addMetricCommands } from './commands/metric.ts';
import { addMigrateCommand } from './commands/migrate.ts';
import { addOrgCommands } from './commands/org.ts';
import { addPreflightCommand } from './commands/preflight.ts';
import { addReadinessCommand } from './commands/readiness.ts';
import { addRetentionCommands } from './commands/retention.ts';
import { addRolesCommand } from './commands/roles.ts';
import { addServicesCommands } from './commands/services.ts';
import { addTokenCommand } from './commands/token.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { invocation, sentenceFor } from './failure.ts';

/** The commands of spec 7. A failure is one line on stderr and an exit code of 1; stdout has only what was asked for. */
async function main(): Promise<void> {
  const program = new Command(invocation)
    .description('Sets up and looks after Pilot Evidence, on DATABASE_URL or the embedded database.')
    .option('--json', 'print one JSON document and nothing else')
    .version(serviceVersion)
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError(false)
    .configureOutput({ writeErr: () => undefined })
    .exitOverride();
  addRolesCommand(program);
  addMigrateCommand(program);
  addVerifyCommand(program);
  addPreflightCommand(program);
  addOrgCommands(program);
  addMemberCommands(program);
  addAdminCommands(program);
  addCycleCommands(program);
  addServicesCommands(program);
  addTokenCommand(program);
  addEventsCommands(program);
  addMetricCommands(program);
  addBaselineCommand(program);
  addReadinessCommand(program);
  addGateZeroCommands(program);
  addRetentionCommands(program);
  await program.parseAsync();
}

// A reader such as `head` that has seen enough is not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

main().catch((error: unknown) => {
  // --help and --version arrive here as well.
  if (error instanceof CommanderError && error.exitCode === 0) return;
  process.stderr.write(`${sentenceFor(error)}\n`);
  process.exitCode = 1;
});
