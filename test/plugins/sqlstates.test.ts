import t from 'tap';
import { meaningOfSqlstate } from '../../src/errors.ts';

t.test('a SQLSTATE means the same wherever it comes from, and an unknown one is a defect', async (t) => {
  const meanings = {
    unavailable: [
      '08006',
      '53300',
      '57P01',
      '57P03',
      '58030',
      'XX000',
      '25006',
      '25P03',
      '25P04',
      '28P01',
      '3D000',
    ],
    contention: ['40001', '40P01', '55P03'],
    overload: ['57014'],
    missing_table: ['42P01', '42704', '3F000'],
    unknown_reference: ['23503'],
    duplicate: ['23505'],
    defect: ['42501', '23514', '23502', '22P02', '22021', '42703', '42883', '40002', '25P02', '99999', ''],
  };
  for (const [meaning, codes] of Object.entries(meanings)) {
    for (const code of codes) t.equal(meaningOfSqlstate(code), meaning, code);
  }
});
