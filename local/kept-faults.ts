import type { DatabaseSync } from 'node:sqlite';
import { type FaultMemory, type FaultRule, readFaultRules } from './faults.ts';

/**
 * The fault rules in the local cloud's database. A strike is written before anybody can see what it struck: within the
 * transaction of the call that it befalls, and once more after that, for a call that is refused is rolled back.
 */
export function keptFaults(database: DatabaseSync): FaultMemory {
  database.exec(
    'CREATE TABLE IF NOT EXISTS fault_rules (id INTEGER PRIMARY KEY CHECK (id = 1), rules TEXT NOT NULL)',
  );
  let latest: readonly FaultRule[] = [];
  const put = () => {
    database
      .prepare('INSERT OR REPLACE INTO fault_rules (id, rules) VALUES (1, ?)')
      .run(JSON.stringify(latest));
  };
  return {
    read: () => {
      const row = database.prepare('SELECT rules FROM fault_rules').get();
      return row ? readFaultRules(JSON.parse(String(row.rules))) : [];
    },
    write: (rules) => {
      latest = rules;
      put();
      // Transactions do not wait for anything, so this one is over by then, and the call not yet answered.
      if (database.isTransaction) queueMicrotask(put);
    },
  };
}
