import type { RouteNameOf } from '../contract/routes.ts';
import {
  type CataloguePorts,
  findAlias,
  findVersion,
  listImages,
  listRegion,
  listVersions,
  START,
} from '../core/catalogue.ts';
import type { Scope } from '../core/image-version/request.ts';
import { InvalidCursor, type ReadDesk } from '../core/operation/desk.ts';
import { CallError } from '../core/ports.ts';
import type { Action } from './action.ts';
import { json } from './answer.ts';
import { cursorOf, invalidCursor, placeOf, regionPlaceOf } from './cursor.ts';
import { health } from './health.ts';
import { operationAnswer } from './operation-answer.ts';
import { outline } from './outline.ts';
import { DEFAULT_ITEMS } from './parameters.ts';
import { Problem } from './problem.ts';
import { addressOf } from './request.ts';
import { imageVersionView, imageView, operationView } from './views.ts';
import type { Patience } from './waiting.ts';

export interface ReadParts {
  readonly desk: ReadDesk;
  readonly catalogue: CataloguePorts;
  readonly scope: Scope;
  readonly patience: Patience;
  /** Seconds that an answer is held at most. */
  readonly maxWaitSeconds: number;
}

/** The routes that change nothing. */
export function readActions(parts: ReadParts): Readonly<Record<RouteNameOf<'read'>, Action>> {
  const { desk, catalogue, scope, patience, maxWaitSeconds } = parts;
  const { partition, account, defaultRegion } = scope;
  return {
    getImageVersion: async (call) => {
      const { path, query } = outline('getImageVersion', call, scope);
      const { imageName, version } = path;
      const region = query.region ?? defaultRegion;
      const found = await findVersion({ partition, account, region, imageName, version }, catalogue);
      if (found) return json(200, imageVersionView(found));
      throw new Problem('unknown-image-version', {
        detail: `There is no version ${version} of image ${imageName} in ${region}`,
      });
    },

    getImageAlias: async (call) => {
      const { path, query } = outline('getImageAlias', call, scope);
      const { imageName, alias } = path;
      const region = query.region ?? defaultRegion;
      const found = await findAlias(region, imageName, alias, catalogue);
      if (found) return json(200, imageVersionView(found));
      throw new Problem('unknown-alias', {
        detail: `No version of image ${imageName} in ${region} has the alias ${alias}`,
      });
    },

    listImageVersions: async (call) => {
      const { path, query } = outline('listImageVersions', call, scope);
      const { imageName } = path;
      const { region = defaultRegion, limit = DEFAULT_ITEMS, cursor } = query;
      const list = `versions ${region} ${imageName}`;
      const at = cursor === undefined ? START : placeOf(list, cursor);
      const page = await goingOn(cursor, listVersions(region, imageName, at, limit, catalogue));
      if (!page) {
        throw new Problem('unknown-image', { detail: `There is no image ${imageName} in ${region}` });
      }
      return listAnswer(page.items.map(imageVersionView), page.next && cursorOf(list, page.next));
    },

    listRegionVersions: async (call) => {
      const { query } = outline('listRegionVersions', call, scope);
      const { region = defaultRegion, limit = DEFAULT_ITEMS, cursor } = query;
      const list = `region ${region}`;
      const at = cursor === undefined ? { images: START } : regionPlaceOf(list, cursor);
      const page = await goingOn(cursor, listRegion(region, at, limit, catalogue));
      return listAnswer(page.items.map(imageVersionView), page.next && cursorOf(list, page.next));
    },

    listImages: async (call) => {
      const { query } = outline('listImages', call, scope);
      const { region = defaultRegion, limit = DEFAULT_ITEMS, cursor } = query;
      const list = `images ${region}`;
      const at = cursor === undefined ? START : placeOf(list, cursor);
      const page = await goingOn(cursor, listImages(region, at, limit, catalogue));
      return listAnswer(page.items.map(imageView), page.next && cursorOf(list, page.next));
    },

    getOperation: async (call) => {
      const { path } = outline('getOperation', call, scope);
      const record = await desk.find(path.operationId);
      if (record) return operationAnswer(record, call.request, 200, { desk, patience, maxWaitSeconds });
      throw new Problem('unknown-operation', { detail: `There is no operation ${path.operationId}` });
    },

    listOperations: async (call) => {
      const { region = defaultRegion, ...query } = outline('listOperations', call, scope).query;
      const { image: imageName, status, since, limit = DEFAULT_ITEMS, cursor } = query;
      const filter = {
        region,
        ...(imageName === undefined ? {} : { imageName }),
        ...(status === undefined ? {} : { status }),
        // Records have their times in UTC.
        ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
      };
      const page = await goingOn(cursor, desk.list(filter, limit, cursor));
      // A place in the queue takes a look for each operation: it stands in the operation itself.
      return listAnswer(
        page.records.map((record) => operationView(record, undefined)),
        page.cursor,
      );
    },

    getOpenApi: async (call) => {
      outline('getOpenApi', call, scope);
      // Loaded when it is first asked for: it is of no use to any other request.
      const { openApiDocument } = await import('./openapi.ts');
      const { regions, defaultRegion } = scope;
      const document = openApiDocument({ url: addressOf(call.request), regions, defaultRegion });
      return json(200, document, { 'cache-control': 'private, max-age=300' });
    },

    getHealth: async (call) => {
      outline('getHealth', call, scope);
      return health(
        [
          { name: 'operations-table', ask: () => desk.find(NO_OPERATION) },
          { name: 'cloud-control', ask: () => catalogue.lists.images(defaultRegion, undefined) },
          { name: 'sagemaker', ask: () => catalogue.versions.aliases(defaultRegion, NO_IMAGE, 1) },
        ],
        patience,
      );
    },
  };
}

/** Of no operation and no image: that there is none is an answer too. */
const NO_OPERATION = 'health';
const NO_IMAGE = 'health';

function listAnswer(items: readonly unknown[], nextCursor: string | undefined) {
  return json(200, { items, nextCursor: nextCursor ?? null });
}

/** With these AWS answers a token that it does not know, or does not know any more. */
const UNKNOWN_TOKEN = /^(ValidationException|InvalidRequestException|InvalidNextToken(Exception)?)$/;

/** A page, where a cursor that leads nowhere is the caller's fault. */
async function goingOn<T>(cursor: string | undefined, page: Promise<T>): Promise<T> {
  try {
    return await page;
  } catch (error) {
    if (error instanceof InvalidCursor) throw invalidCursor();
    if (cursor !== undefined && error instanceof CallError && UNKNOWN_TOKEN.test(error.name)) {
      throw invalidCursor({ name: error.name, message: error.message });
    }
    throw error;
  }
}
