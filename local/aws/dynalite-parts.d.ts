/**
 * The parts of dynalite 4 that dynamodb.ts calls; it brings no types. They lie below its HTTP server, which
 * cannot close its database unless it listens on a port of its own.
 */
declare module 'dynalite/db/index.js' {
  export type Item = Readonly<Record<string, unknown>>;

  export interface Index {
    readonly IndexName: string;
    readonly KeySchema: readonly object[];
    readonly IndexStatus?: string;
  }

  export interface Table {
    readonly TableName: string;
    readonly TableStatus: string;
    /** Epoch seconds. */
    readonly CreationDateTime: number;
    /** Of our own making, as is the next: dynalite keeps and shows what it does not know. */
    readonly DeletionProtectionEnabled?: boolean;
    readonly SSEDescription?: object;
    readonly LocalSecondaryIndexes?: readonly Index[];
    readonly GlobalSecondaryIndexes?: readonly Index[];
  }

  type Done = (error?: unknown) => void;

  /** A part of the store, with keys of its own. */
  interface Part<Value> {
    get(key: string, done: (error: unknown, value?: Value) => void): void;
    put(key: string, value: Value, done: Done): void;
    del(key: string, done: Done): void;
    createKeyStream(): AsyncIterable<string>;
    createValueStream(range: object): AsyncIterable<Value>;
  }

  type TableDone = (error: unknown, table?: Table) => void;

  export interface DynaliteStore {
    readonly tableDb: Part<Table> & {
      awsAccountId: string;
      awsRegion: string;
      /** Hands over a function that gives the lock back before it calls what it was given. */
      lock(name: string, work: (release: (done: TableDone) => TableDone) => void): void;
    };
    /** Its error is the answer ResourceNotFoundException. */
    getTable(name: string, mustBeActive: boolean, done: TableDone): void;
    readonly db: {
      close(): Promise<void>;
      clear(range: { readonly gte: string; readonly lt: string }): Promise<void>;
    };
    getItemDb(table: string): Part<Item>;
    getIndexDb(type: 'Local' | 'Global', table: string, index: string): Part<Item>;
  }

  interface StoreOptions {
    /** A directory for its LevelDB store. @default - in memory */
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }

  const db: {
    create(options: StoreOptions): DynaliteStore;
    createIndexKey(entry: Item, table: Table, keySchema: readonly object[]): string;
    /** What a change of an item means for indexes. */
    getIndexActions(
      indexes: readonly Index[],
      before: Item | undefined,
      after: Item,
      table: Table,
    ): { readonly puts: readonly { readonly key: string; readonly item: Item }[] };
  };
  export default db;
}

declare module 'dynalite/validations/index.js' {
  import type { DynaliteStore } from 'dynalite/db/index.js';

  type Types = Readonly<Record<string, unknown>>;

  const validations: {
    /** Drops what `types` does not have. */
    checkTypes(input: object, types: Types): object;
    checkValidations(input: object, types: Types, custom: unknown, store: DynaliteStore): void;
  };
  export default validations;
}

declare module 'dynalite/validations/*.js' {
  const validation: { readonly types: Readonly<Record<string, unknown>>; readonly custom: unknown };
  export default validation;
}

declare module 'dynalite/actions/*.js' {
  import type { DynaliteStore } from 'dynalite/db/index.js';

  const action: (
    store: DynaliteStore,
    input: object,
    done: (error: unknown, output?: object) => void,
  ) => void;
  export default action;
}
