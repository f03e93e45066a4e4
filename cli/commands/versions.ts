import type { Argv } from 'yargs';
import { path } from '../address.ts';
import { misuse } from '../failure.ts';
import { aliasName, imageName, type Name, versionNumber } from '../names.ts';
import { endWith } from '../operation-output.ts';
import { CHANGE, count, flag, one, region, several } from '../options.ts';
import { type Column, writeList, writeOne } from '../output.ts';
import { listed } from '../pages.ts';
import { CHANGEABLE, CREATABLE, propertiesOf, removals } from '../properties.ts';
import { Image, ImageVersion, Operation, pageOf } from '../shapes.ts';
import { demandTarget } from '../target.ts';
import { VERSION_COLUMNS, versionSection } from '../version-output.ts';
import type { Context, Everywhere, Runner } from './context.ts';

/** create, update, delete, get, list, aliases: versions as they are now. */

const IMAGE = { type: 'string', demandOption: true, describe: 'The name of the image' } as const;
const NUMBER = { type: 'string', demandOption: true, describe: 'The number of the version' } as const;

/** The API's live lists have as many items on a page at most. */
const PAGE = 50;

export function versionCommands<T extends Everywhere>(yargs: Argv<T>, run: Runner): Argv<T> {
  return yargs
    .command(
      'create <image>',
      'Create a version of an image',
      (command) => command.positional('image', IMAGE).options(CREATABLE).options(CHANGE),
      (given) =>
        run(given, async (context) => {
          const { alias = [] } = given;
          const properties = propertiesOf(given);
          if (alias.length > 0 && 'Aliases' in properties) {
            throw misuse('Aliases is given by --alias and by --property, wanted once.');
          }
          const body = { ...properties, ...(alias.length > 0 ? { Aliases: alias } : {}) };
          return change(context, given, 'POST', { imageName: imageName(given.image) }, body);
        }),
    )
    .command(
      'update <image> <number>',
      'Change properties and aliases of a version',
      (command) =>
        command
          .positional('image', IMAGE)
          .positional('number', NUMBER)
          .options(CHANGEABLE)
          .options({
            'base-image': one('base-image', 'Refused where it differs: a new base image is a new version'),
            remove: several('remove', 'A property to remove; may be given more than once'),
            'add-alias': several('add-alias', 'An alias to add, taken from the version that has it'),
            'delete-alias': several('delete-alias', 'An alias to take away'),
          })
          .options(CHANGE),
      (given) =>
        run(given, async (context) => {
          const properties = propertiesOf(given);
          const body = {
            ...properties,
            ...removals(given.remove ?? [], properties),
            ...(given['add-alias'] ? { aliasesToAdd: given['add-alias'] } : {}),
            ...(given['delete-alias'] ? { aliasesToDelete: given['delete-alias'] } : {}),
          };
          if (Object.keys(body).length === 0) {
            throw misuse('No change is given.', ['image-versions update --help   lists what can be changed']);
          }
          const target = { imageName: imageName(given.image), version: versionNumber(given.number) };
          return change(context, given, 'PATCH', target, body);
        }),
    )
    .command(
      'delete <image> <number>',
      'Delete a version',
      (command) => command.positional('image', IMAGE).positional('number', NUMBER).options(CHANGE),
      (given) =>
        run(given, (context) => {
          const target = { imageName: imageName(given.image), version: versionNumber(given.number) };
          return change(context, given, 'DELETE', target, undefined);
        }),
    )
    .command(
      'get <image> <which>',
      'Show a version, by its number or an alias',
      (command) =>
        command
          .positional('image', IMAGE)

          .positional('which', { ...NUMBER, describe: 'The number of the version, or an alias' })
          .options({ region, 'as-alias': flag('It is an alias, even if it is all digits') }),
      (given) =>
        run(given, async ({ api, output }) => {
          const { which } = given;
          const image = imageName(given.image);
          const version = /^\d+$/.test(which) && !given['as-alias'] ? versionNumber(which) : undefined;
          const where =
            version === undefined
              ? path`/images/${image}/aliases/${aliasName(which)}`
              : path`/images/${image}/versions/${version}`;
          const found = await api.json(
            { method: 'GET', path: where, query: { region: given.region } },
            ImageVersion,
          );
          demandTarget({ imageName: image, version }, found);
          await writeOne(output, found, VERSION_COLUMNS, [versionSection(found)]);
          return undefined;
        }),
    )
    .command(
      'list [image]',
      'List the versions of an image, or of all images of a region',
      (command) =>
        command.positional('image', { ...IMAGE, demandOption: false }).options({
          region,
          images: flag('List the images themselves'),
          limit: count('limit', 'So many at most'),
        }),
      (given) =>
        run(given, async (context) => {
          if (given.images && given.image !== undefined)
            throw misuse('Given an image and --images, wanted one.');
          await (given.images ? listImages(context, given) : listVersions(context, given));
          return undefined;
        }),
    )
    .command(
      'aliases <image>',
      'List the aliases of an image, and the version of each',
      (command) => command.positional('image', IMAGE).options({ region }),
      (given) =>
        run(given, async ({ api, output }) => {
          const image = imageName(given.image);
          const where = { path: path`/images/${image}/versions`, query: { region: given.region } };
          const { items } = await listed(
            api,
            { ...where, pageSize: PAGE, limit: undefined },
            pageOf(ImageVersion),
          );
          const aliases = items.flatMap((version) =>
            (version.properties.Aliases ?? []).map((alias) => ({ alias, ...version })),
          );
          await writeList(output, aliases.toSorted(byAlias).map(aliasView), ALIAS_COLUMNS);
          return undefined;
        }),
    );
}

interface Changing {
  readonly region: string | undefined;
  readonly wait: boolean | undefined;
  readonly key: string | undefined;
}

async function change(
  { api, output, around }: Context,
  { region: where, wait = false, key = around.newKey() }: Changing,
  method: 'POST' | 'PATCH' | 'DELETE',
  target: { readonly imageName: Name; readonly version?: number },
  body: unknown,
) {
  const { imageName: image, version } = target;
  const versions = path`/images/${image}/versions`;
  const to = version === undefined ? versions : path`/images/${image}/versions/${version}`;
  const asked = { method, path: to, query: { region: where }, body, key };
  const operation = await api.json(asked, Operation);
  demandTarget(target, operation, [
    `image-versions operations cancel ${operation.operationId}   cancels what was accepted`,
  ]);
  return endWith(operation, { api, output, around, wait });
}

interface Listing {
  readonly image?: string | undefined;
  readonly region: string | undefined;
  readonly limit: number | undefined;
}

async function listVersions({ api, output, around }: Context, { image, region: where, limit }: Listing) {
  const from = image === undefined ? '/image-versions' : path`/images/${imageName(image)}/versions`;
  const listing = { path: from, query: { region: where }, pageSize: PAGE, limit };
  const { items, more } = await listed(api, listing, pageOf(ImageVersion));
  await writeList(output, items, VERSION_COLUMNS);
  if (items.length === 0) around.tell('There are no versions.\n');
  if (more) around.tell('There are more: --limit N lists N at most, and without it all are listed.\n');
}

async function listImages({ api, output, around }: Context, { region: where, limit }: Listing) {
  const listing = { path: '/images', query: { region: where }, pageSize: PAGE, limit };
  const { items, more } = await listed(api, listing, pageOf(Image));
  await writeList(output, items, IMAGE_COLUMNS);
  if (items.length === 0) around.tell('There are no images.\n');
  if (more) around.tell('There are more: --limit N lists N at most, and without it all are listed.\n');
}

const IMAGE_COLUMNS: readonly Column<Image>[] = [
  { name: 'imageName', of: ({ imageName }) => imageName },
  { name: 'region', of: ({ region: where }) => where },
  { name: 'identifier', of: ({ identifier }) => identifier },
];

type Aliased = ImageVersion & { readonly alias: string };

const byAlias = (a: Aliased, b: Aliased) =>
  a.alias < b.alias ? -1 : a.alias > b.alias ? 1 : a.version - b.version;

interface AliasView {
  readonly alias: string;
  readonly imageName: string;
  readonly version: number;
  readonly identifier: string;
}

function aliasView({ alias, imageName, version, identifier }: Aliased): AliasView {
  return { alias, imageName, version, identifier };
}

const ALIAS_COLUMNS: readonly Column<AliasView>[] = [
  { name: 'alias', of: ({ alias }) => alias },
  { name: 'imageName', of: ({ imageName }) => imageName },
  { name: 'version', of: ({ version }) => version },
  { name: 'identifier', of: ({ identifier }) => identifier },
];
