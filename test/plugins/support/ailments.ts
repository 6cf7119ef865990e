import type { TestService } from '../../support/service.ts';
import type { Fate, Line, Welcome } from './cuttable-proxy.ts';

/** Something that a database suffers from, until it is healed. */
export interface Ailment {
  make(): Promise<unknown>;
  heal(): Promise<unknown>;
}

/** A database that fails every insert into a table with this SQLSTATE. */
export function failingInsert({ asSuperuser }: TestService, table: string, sqlstate: string): Ailment {
  const make = `
    CREATE FUNCTION pilot.ailment() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE 'ill' USING ERRCODE = '${sqlstate}'; END $$;
    CREATE TRIGGER ailment BEFORE INSERT ON pilot.${table} FOR EACH ROW EXECUTE FUNCTION pilot.ailment()`;
  return {
    make: () => asSuperuser((client) => client.query(make)),
    heal: () => asSuperuser((client) => client.query('DROP FUNCTION pilot.ailment CASCADE')),
  };
}

/** A connection on which statements that begin like this meet that fate. */
export function failingStatement(line: Line, beginning: string, fate: Fate): Ailment {
  return {
    make: async () => line.intercept(({ text }) => (text.startsWith(beginning) ? fate : 'passed')),
    heal: () => line.restore(),
  };
}

/** A server that meets every connection like this. */
export function failingConnection(line: Line, how: Welcome): Ailment {
  return { make: () => line.welcome(how), heal: () => line.restore() };
}
