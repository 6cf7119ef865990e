import { withClient } from '../../../src/database/owner-connection.ts';

export interface PlannedStatement {
  text: string;
  /** The types of its parameters, as PREPARE takes them. */
  types: string;
  values: readonly unknown[];
}

/**
 * Tables and indexes that the plan of a statement reads for this user, each with how, such as `Seq Scan pilot_cycles`; of an
 * `executed` statement those that it did read.
 */
export async function scansOf(
  url: string,
  user: string,
  { text, types, values }: PlannedStatement,
  settings: string,
  which: 'planned' | 'executed' = 'planned',
): Promise<Set<string>> {
  return withClient(url, async (client) => {
    await client.query(`BEGIN; ${settings}`);
    await client.query("SELECT set_config('pilot.user_id', $1, true)", [user]);
    await client.query(`PREPARE planned ${types} AS ${text}`);
    const literals = values.map((value) => (value === null ? 'NULL' : `'${value}'`));
    const options = which === 'executed' ? 'ANALYZE, FORMAT JSON' : 'FORMAT JSON';
    const { rows } = await client.query(`EXPLAIN (${options}) EXECUTE planned (${literals.join(', ')})`);
    const found = new Set<string>();
    JSON.stringify(rows[0], (_key, node) => {
      const name = node?.['Index Name'] ?? node?.['Relation Name'];
      if (name && node['Actual Loops'] !== 0) found.add(`${node['Node Type']} ${name}`);
      return node;
    });
    return found;
  });
}
