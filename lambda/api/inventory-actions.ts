import type * as z from 'zod/mini';
import type { RouteName, RouteNameOf } from '../contract/routes.ts';
import { fault } from '../core/fault.ts';
import type { Scope } from '../core/image-version/request.ts';
import { listSnapshots } from '../core/inventory/as-of.ts';
import type { InventoryDesk, RowFilter } from '../core/inventory/desk.ts';
import { diffPage } from '../core/inventory/diff.ts';
import { aliasHistory, versionHistory } from '../core/inventory/history.ts';
import { rowsAt } from '../core/inventory/row-pages.ts';
import { type Snapshot, snapshotIdOf } from '../core/inventory/snapshot.ts';
import type { Action, Call } from './action.ts';
import type { Answer } from './answer.ts';
import { cursorOf, invalidCursor, readCursor } from './cursor.ts';
import {
  aliasPeriodTable,
  differenceTable,
  rowTable,
  snapshotTable,
  versionPeriodTable,
} from './inventory-tables.ts';
import {
  aliasPeriodView,
  differenceView,
  rowView,
  snapshotView,
  versionPeriodView,
} from './inventory-views.ts';
import { pathOf } from './links.ts';
import { outline, requestProblem } from './outline.ts';
import { DEFAULT_ROWS, type QueryValues } from './parameters.ts';
import { Problem } from './problem.ts';
import { rememberedRegions } from './remembered-regions.ts';
import {
  type Formulas,
  listingAnswer,
  type Representation,
  type Table,
  wantedRepresentation,
} from './representation.ts';
import type { ApiRequest } from './request.ts';
import { PLACES, regionOf, SnapshotChoice } from './snapshot-choice.ts';

export interface InventoryParts {
  readonly desk: InventoryDesk;
  readonly scope: Scope;
}

/** The routes that tell what was. Each checks all that it was asked before it reads. */
export function inventoryActions({
  desk,
  scope,
}: InventoryParts): Readonly<Record<RouteNameOf<'inventory'>, Action>> {
  const asked = async <Name extends RouteNameOf<'inventory'>>(route: Name, call: Call) => {
    const regions = await rememberedRegions(call, scope, desk);
    const { path, query } = outline(route, call, regions);
    const { region, rowLimit: limit = DEFAULT_ROWS, cursor, formulas = 'escape' }: QueryValues = query;
    const representation = wantedRepresentation(call.request);
    const page: Page = { route, call, limit, cursor, representation, formulas };
    return { path, query, region, regions, page };
  };

  const rowsAnswer = async (
    { page, list, region, filter }: Listed & { readonly filter: RowFilter },
    choose: (pinned?: number) => Promise<Snapshot>,
  ): Promise<Answer> => {
    const place = placeOf(PLACES.rows, list, page);
    // The table would refuse a place that lies outside of what is asked for.
    const outside = filter.imageName !== undefined && filter.imageName !== place?.after.imageName;
    if (place && outside) throw invalidCursor();
    const snapshot = await choose(place?.snapshot);
    const { number } = snapshot;
    const { items, next } = await rowsAt(desk, { region, filter, number }, page.limit, place?.after);
    return pageAnswer(page, {
      about: { snapshot: snapshotView(snapshot) },
      items: items.map(rowView),
      table: rowTable,
      nextCursor: next && cursorOf(list, { snapshot: number, after: next }),
      snapshots: [snapshot],
    });
  };

  return {
    listSnapshots: async (call) => {
      const { page, query, region = scope.defaultRegion } = await asked('listSnapshots', call);
      const since = query.since === undefined ? undefined : inUtc(query.since);
      const list = listName('snapshots', { region, since });
      const before = placeOf(PLACES.snapshots, list, page)?.before;
      const { items, next } = await listSnapshots(desk, region, page.limit, { since, before });
      return pageAnswer(page, {
        items: items.map(snapshotView),
        table: snapshotTable,
        nextCursor: next === undefined ? undefined : cursorOf(list, { before: next }),
        snapshots: [],
      });
    },

    getSnapshot: async (call) => {
      const { page, path, region: given, regions } = await asked('getSnapshot', call);
      const { snapshotId } = path;
      const region = regionOf([['snapshotId', snapshotId]], given, regions);
      const list = listName('snapshot', { region, snapshotId });
      const choice = new SnapshotChoice(desk, region);
      return rowsAnswer({ page, list, region, filter: {} }, (pinned) => choice.named(snapshotId, pinned));
    },

    diffSnapshots: async (call) => {
      const { page, path, region: given, regions } = await asked('diffSnapshots', call);
      const { snapshotId, otherId } = path;
      const region = regionOf(
        [
          ['snapshotId', snapshotId],
          ['otherId', otherId],
        ],
        given,
        regions,
      );
      const list = listName('diff', { region, snapshotId, otherId });
      const place = placeOf(PLACES.differences, list, page);
      const choice = new SnapshotChoice(desk, region);
      const from = await choice.named(snapshotId, place?.from);
      // `latest` twice is one snapshot, though another may be committed in between.
      const to = snapshotId === otherId ? from : await choice.named(otherId, place?.to);
      const between = { region, first: from.number, second: to.number };
      const { items, next } = await diffPage(desk, between, page.limit, place?.after);
      return pageAnswer(page, {
        about: { from: snapshotView(from), to: snapshotView(to) },
        items: items.map(differenceView),
        table: differenceTable,
        nextCursor: next && cursorOf(list, { from: from.number, to: to.number, after: next }),
        snapshots: [from, to],
      });
    },

    getVersionHistory: async (call) => {
      const { page, path, region = scope.defaultRegion } = await asked('getVersionHistory', call);
      const { imageName, version } = path;
      const list = listName('version', { region, imageName, version });
      const place = placeOf(PLACES.versionPeriods, list, page);
      const snapshot = await new SnapshotChoice(desk, region).newest(place?.snapshot);
      const { number } = snapshot;
      const of = { region, imageName, what: version, number };
      const periods = await versionHistory(desk, of, page.limit, place?.after);
      if (!periods && place) throw invalidCursor();
      if (!periods) {
        throw new Problem('unknown-image-version', {
          detail: `Version ${version} of image ${imageName} is not in the inventory of ${region}: it was in no snapshot`,
        });
      }
      const { items, next } = periods;
      return pageAnswer(page, {
        items: items.map(versionPeriodView),
        table: versionPeriodTable,
        nextCursor: next === undefined ? undefined : cursorOf(list, { snapshot: number, after: next }),
        snapshots: [snapshot],
      });
    },

    getAliasHistory: async (call) => {
      const { page, path, region = scope.defaultRegion } = await asked('getAliasHistory', call);
      const { imageName, alias } = path;
      const list = listName('alias', { region, imageName, alias });
      const place = placeOf(PLACES.aliasPeriods, list, page);
      const snapshot = await new SnapshotChoice(desk, region).newest(place?.snapshot);
      const { number } = snapshot;
      const of = { region, imageName, what: alias, number };
      const periods = await aliasHistory(desk, of, page.limit, place?.after);
      if (!periods) {
        throw new Problem('unknown-alias', {
          detail: `No version of image ${imageName} in ${region} had the alias ${alias} in any snapshot`,
        });
      }
      const { items, next } = periods;
      return pageAnswer(page, {
        items: items.map((period) => aliasPeriodView(region, period)),
        table: aliasPeriodTable,
        nextCursor: next && cursorOf(list, { snapshot: number, after: next }),
        snapshots: [snapshot],
      });
    },

    queryInventory: async (call) => {
      const { page, query, region = scope.defaultRegion } = await asked('queryInventory', call);
      const { image, alias, vendorGuidance, processor, mlFramework } = query;
      const filter = { imageName: image, alias, vendorGuidance, processor, mlFramework };
      const at = query.at === undefined ? undefined : pastTime(query.at, call.request);
      const list = listName('inventory', { region, at, ...filter });
      const choice = new SnapshotChoice(desk, region);
      return rowsAnswer({ page, list, region, filter }, (pinned) =>
        at === undefined ? choice.newest(pinned) : choice.takenBy(at, pinned),
      );
    },
  };
}

/** What every list is asked for, and how. */
interface Page {
  readonly route: RouteName;
  readonly call: Call;
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly representation: Representation;
  readonly formulas: Formulas;
}

interface Listed {
  readonly page: Page;
  /** The query by its name and all that it asks for: its cursors lead into no other. */
  readonly list: string;
  readonly region: string;
}

interface Told<Item, Line> {
  readonly about?: Readonly<Record<string, unknown>>;
  readonly items: readonly Item[];
  readonly table: Table<Item, Line>;
  readonly nextCursor: string | undefined;
  readonly snapshots: readonly Snapshot[];
}

function pageAnswer<Item, Line>(
  { route, call, representation, formulas }: Page,
  { snapshots, ...told }: Told<Item, Line>,
): Answer {
  const { nextCursor } = told;
  const query = Object.fromEntries(call.request.query);
  const next =
    nextCursor === undefined ? undefined : pathOf(route, call.path, { ...query, cursor: nextCursor });
  return listingAnswer(representation, { ...told, next, formulas, snapshotIds: snapshots.map(snapshotIdOf) });
}

/** What is undefined is left out. */
function listName(list: string, parts: Readonly<Record<string, unknown>>): string {
  return `${list} ${JSON.stringify(parts)}`;
}

function placeOf<At>(schema: z.ZodMiniType<At>, list: string, { cursor }: Page): At | undefined {
  return cursor === undefined ? undefined : readCursor(list, cursor, schema);
}

function inUtc(time: string): string {
  return new Date(time).toISOString();
}

/** @throws Problem for what is yet to come */
function pastTime(time: string, { receivedAt }: ApiRequest): string {
  if (Date.parse(time) <= receivedAt) return inUtc(time);
  const wanted = `a time that is not later than now, ${new Date(receivedAt).toISOString()}`;
  throw requestProblem([{ parameter: 'at', detail: fault([], time, wanted).message }]);
}
