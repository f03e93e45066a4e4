import type { Column, Section } from './output.ts';
import type { ImageVersion } from './shapes.ts';

/** Versions of images as they are told of. */

interface Stated {
  readonly properties: Readonly<Record<string, unknown>>;
}

const property = (name: string, shown: Pick<Column<Stated>, 'wide' | 'spare'> = {}): Column<Stated> => ({
  name,
  of: ({ properties }) => properties[name],
  ...shown,
});

/** What a terminal has room for. */
export const PROPERTY_COLUMNS: readonly Column<Stated>[] = [
  property('Aliases'),
  property('VendorGuidance'),
  property('Processor', { spare: true }),
  property('MLFramework', { spare: true }),
  property('JobType', { spare: true }),
];

export const VERSION_COLUMNS: readonly Column<ImageVersion>[] = [
  { name: 'imageName', of: ({ imageName }) => imageName, keep: true },
  { name: 'version', of: ({ version }) => version },
  ...PROPERTY_COLUMNS,
  { name: 'region', of: ({ region }) => region, wide: true },
  property('BaseImage', { spare: true }),
  property('ContainerImage', { wide: true }),
  property('ProgrammingLang', { wide: true }),
  property('Horovod', { wide: true }),
  property('ReleaseNotes', { wide: true }),
  { name: 'identifier', of: ({ identifier }) => identifier, wide: true },
];

/** All there is to know of one. */
export function versionSection({
  imageName,
  version,
  region,
  identifier,
  properties,
}: ImageVersion): Section {
  // Told above them already.
  const { ImageName: _name, Version: _version, ImageVersionArn: _arn, ...rest } = properties;
  return {
    fields: [
      ['imageName', imageName],
      ['version', version],
      ['region', region],
      ['identifier', identifier],
      ...Object.entries(rest),
    ],
  };
}
