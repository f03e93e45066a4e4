import type { DatabaseSync } from 'node:sqlite';
import { type FaultMemory, readFaultRules } from './faults.ts';

/** The fault rules in the local cloud's database. A strike is written with what it struck, or not at all. */
export function keptFaults(database: DatabaseSync): FaultMemory {
  database.exec(
    'CREATE TABLE IF NOT EXISTS fault_rules (id INTEGER PRIMARY KEY CHECK (id = 1), rules TEXT NOT NULL)',
  );
  return {
    read: () => {
      const row = database.prepare('SELECT rules FROM fault_rules').get();
      return row ? readFaultRules(JSON.parse(String(row.rules))) : [];
    },
    write: (rules) => {
      database
        .prepare('INSERT OR REPLACE INTO fault_rules (id, rules) VALUES (1, ?)')
        .run(JSON.stringify(rules));
    },
  };
}
