/**
 * What a process that was killed may leave in dynalite's store. dynalite writes an item and its entries in indexes one by
 * one, the indexes first, where DynamoDB does it at once; and it makes, changes and deletes a table in two steps, of which
 * the second is due a moment after the first was answered.
 */
import db, { type DynaliteStore, type Item, type Table } from 'dynalite/db/index.js';

/** Brings what was cut off to where nobody can tell. To be done before the store is used. */
export async function recoverDynamoDb(store: DynaliteStore): Promise<void> {
  for (const name of await tableNames(store)) {
    const table = await tableOf(store, name);
    if (table.TableStatus === 'DELETING') await deleteRest(store, name);
    else await rebuildIndexes(store, await activated(store, table));
  }
}

/** Whoever was told that it is being made, or changed, finds it so. */
async function activated(store: DynaliteStore, table: Table): Promise<Table> {
  const indexes = table.GlobalSecondaryIndexes;
  const active: Table = {
    ...table,
    TableStatus: 'ACTIVE',
    ...(indexes && {
      GlobalSecondaryIndexes: indexes.map((index) => ({ ...index, IndexStatus: 'ACTIVE' })),
    }),
  };
  await callback((done) => store.tableDb.put(table.TableName, active, done));
  return active;
}

/** By the names of its parts: which global indexes it had, dynalite has forgotten already. */
async function deleteRest(store: DynaliteStore, name: string): Promise<void> {
  for (const kind of ['item-', 'tag-', 'index-local~', 'index-global~']) {
    const part = `${kind}${name}~`;
    await store.db.clear({ gte: part, lt: `${part}\xff` });
  }
  await callback((done) => store.tableDb.del(name, done));
}

/** The items say what is; an index is made of them. */
async function rebuildIndexes(store: DynaliteStore, table: Table): Promise<void> {
  for (const type of ['Local', 'Global'] as const) {
    const indexes = table[`${type}SecondaryIndexes`] ?? [];
    for (const index of indexes) {
      const entries = store.getIndexDb(type, table.TableName, index.IndexName);
      const wanted = new Map<string, Item>();
      for await (const item of store.getItemDb(table.TableName).createValueStream({})) {
        const { puts } = db.getIndexActions([index], undefined, item, table);
        for (const put of puts) wanted.set(put.key, put.item);
      }
      for await (const entry of entries.createValueStream({})) {
        const key = db.createIndexKey(entry, table, index.KeySchema);
        const item = wanted.get(key);
        if (item === undefined) await callback((done) => entries.del(key, done));
        else if (JSON.stringify(item) === JSON.stringify(entry)) wanted.delete(key);
      }
      for (const [key, item] of wanted) await callback((done) => entries.put(key, item, done));
    }
  }
}

async function tableNames(store: DynaliteStore): Promise<string[]> {
  const names: string[] = [];
  for await (const name of store.tableDb.createKeyStream()) names.push(name);
  return names;
}

function tableOf(store: DynaliteStore, name: string): Promise<Table> {
  return new Promise((resolve, reject) => {
    store.tableDb.get(name, (error, table) => (table ? resolve(table) : reject(error)));
  });
}

function callback(work: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => work((error) => (error ? reject(error) : resolve())));
}
