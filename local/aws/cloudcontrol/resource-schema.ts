/** A resource type as Cloud Control knows it: as much of its schema as decides how a request is answered. */
export interface ResourceSchema {
  readonly typeName: string;
  readonly properties: Readonly<Record<string, PropertySchema>>;
  readonly required: readonly string[];
  readonly primaryIdentifier: string;
  /** Properties that identify a resource as well. */
  readonly additionalIdentifiers: readonly string[];
  readonly readOnly: readonly string[];
  readonly createOnly: readonly string[];
  readonly writeOnly: readonly string[];
  /** What a list needs to be told in its ResourceModel. */
  readonly listRequires: readonly string[];
  /** The actions that a caller needs besides Cloud Control's own. */
  readonly permissions: Readonly<Record<'CREATE' | 'READ' | 'UPDATE' | 'DELETE' | 'LIST', readonly string[]>>;
}

export type PropertySchema =
  | {
      readonly type: 'string';
      readonly minLength?: number;
      readonly maxLength?: number;
      readonly pattern?: string;
      readonly enum?: readonly string[];
    }
  | { readonly type: 'integer'; readonly minimum?: number }
  | { readonly type: 'boolean' }
  | { readonly type: 'array'; readonly items: PropertySchema; readonly maxItems?: number }
  | {
      readonly type: 'object';
      readonly properties: Readonly<Record<string, PropertySchema>>;
      readonly required: readonly string[];
    };

/** A resource as its type's properties say it. */
export type Model = Readonly<Record<string, unknown>>;
