/** What roles allow, held against what was used of it. */
import type { Grant } from '../../local/aws/iam/grants.ts';
import type { Explanation } from './explained.ts';

/** A grant as the record has it. */
export type Used = Pick<Grant, 'role' | 'action' | 'resource'>;

export interface Report {
  readonly allowed: number;
  readonly used: number;
  /** Not used, and nobody says why. */
  readonly unexplained: readonly Grant[];
  /** Not used, by the reason for it. */
  readonly explained: ReadonlyMap<Explanation, readonly Grant[]>;
  /** Reasons that explain nothing any more. */
  readonly idle: readonly Explanation[];
}

/** @param used may have grants of roles that are none of these: tests run apps of their own, too */
export function reportOn(
  grants: readonly Grant[],
  used: readonly Used[],
  explanations: readonly Explanation[],
): Report {
  const known = new Set(used.map(keyOf));
  const unused = grants.filter((grant) => !known.has(keyOf(grant)));
  const explained = new Map<Explanation, Grant[]>();
  const unexplained: Grant[] = [];
  for (const grant of unused) {
    const explanation = explanations.find((one) => explains(one, grant));
    if (explanation) explained.set(explanation, [...(explained.get(explanation) ?? []), grant]);
    else unexplained.push(grant);
  }
  return {
    allowed: grants.length,
    used: grants.length - unused.length,
    unexplained,
    explained,
    idle: explanations.filter((one) => !explained.has(one)),
  };
}

/** The report as text, in lines. */
export function linesOf({ allowed, used, unexplained, explained, idle }: Report): string[] {
  return [
    `${allowed} permissions, ${used} used, ${allowed - used} not`,
    ...[...explained].flatMap(([{ reason }, grants]) => ['', `Explained: ${reason}`, ...grants.map(lineOf)]),
    ...(unexplained.length > 0
      ? [
          '',
          'Used by no test, and not explained. Take each away from lib/, test what needs it, or say in test/permissions/explained.ts why it stands:',
          ...unexplained.map(lineOf),
        ]
      : []),
    ...(idle.length > 0
      ? [
          '',
          'Explains nothing that is unused. Take each out of test/permissions/explained.ts:',
          ...idle.map(({ reason }) => `  ${reason}`),
        ]
      : []),
  ];
}

function explains({ role, action, resource }: Explanation, grant: Grant): boolean {
  return (
    (role === undefined || role.test(grant.role)) &&
    action.test(grant.action) &&
    (resource === undefined || resource.test(grant.resource))
  );
}

function lineOf({ role, action, resource }: Grant): string {
  return `  ${role}  ${action}  ${resource}`;
}

function keyOf({ role, action, resource }: Used): string {
  return JSON.stringify([role, action, resource]);
}
