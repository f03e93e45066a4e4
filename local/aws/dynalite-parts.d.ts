/**
 * The parts of dynalite 4 that dynamodb.ts calls; it brings no types. They lie below its HTTP server, which
 * cannot close its database unless it listens on a port of its own.
 */
declare module 'dynalite/db/index.js' {
  export interface DynaliteStore {
    readonly tableDb: { awsAccountId: string; awsRegion: string };
    readonly db: { close(): Promise<void> };
  }

  interface StoreOptions {
    /** A directory for its LevelDB store. @default - in memory */
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }

  const db: { create(options: StoreOptions): DynaliteStore };
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
