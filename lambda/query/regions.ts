import { parseImageVersionArn } from '../core/image-version/identifier.ts';
import { QueryError } from './errors.ts';
import type { TableRead } from './statement.ts';
import { IDENTIFIER } from './table-names.ts';
import { isLive } from './tables.ts';

/**
 * What is live is read in a region: to ask all of them would be dear, and is seldom meant.
 *
 * @throws QueryError where no condition names one, or an identifier that would has none in it
 */
export function requireRegion({ table, regions, identifiers, place }: TableRead): void {
  if (!isLive(table)) return;
  const wrong = identifiers?.find((identifier) => !parseImageVersionArn(identifier));
  if (wrong !== undefined) {
    const given = JSON.stringify(wrong.slice(0, 160));
    throw new QueryError(`given the ${IDENTIFIER} ${given}, wanted the ARN of an image version`, { place });
  }
  if (regions) return;
  throw new QueryError(
    `${table} is read in a region, and none is named: write WHERE region = '…' (or IN ('…', '…')), or ` +
      `WHERE ${IDENTIFIER} = '…', in the query that reads it, joined to other conditions by AND`,
    { place },
  );
}
