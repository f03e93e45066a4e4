import type { Dice } from '../../fixtures/dice.ts';

/** Statements and manifests that mean something: no schema tells what stands in their text. */

const LIVE = 'awscc.sagemaker.image_versions';

export function statement(dice: Dice, reading: boolean, imageName: string): object {
  const region = "region = 'us-east-1'";
  const version = 1 + dice.below(3);
  const identifier = `arn:aws:sagemaker:us-east-1:000000000000:image-version/${imageName}/${version}`;
  const reads = [
    `SELECT image_name, version, aliases FROM ${LIVE} WHERE region = '{{ region }}'`,
    `SELECT * FROM ${LIVE} WHERE ${region} AND Identifier = '${identifier}'`,
    `SELECT image_name, count(*) AS n FROM ${LIVE} WHERE ${region} GROUP BY image_name ORDER BY n DESC LIMIT 3`,
    `SELECT v.version, a.value FROM ${LIVE} v, json_each(v.aliases) a WHERE v.${region} AND v.image_name = '${imageName}'`,
    `SELECT image_name, version, processor, snapshot_id FROM inventory.image_versions WHERE ${region}`,
    'SELECT * FROM inventory.changes ORDER BY taken_at DESC LIMIT 5',
    'SELECT * FROM inventory.snapshots',
    "SELECT operation_id, kind, status FROM operations.operations WHERE image_name = '{{ image }}' LIMIT 4",
    `DESCRIBE ${LIVE}`,
    `SHOW METHODS IN ${LIVE}`,
    `EXPLAIN SELECT version FROM ${LIVE} WHERE ${region} AND image_name = '${imageName}'`,
    'SELECT 1 AS one, NULL AS nothing, 1.5 AS half',
  ];
  const changes = [
    `INSERT INTO ${LIVE} (ImageName, BaseImage, ReleaseNotes, region) SELECT '{{ image }}', 'registry/fuzz:2', '{{ notes }}', '{{ region }}'`,
    `UPDATE ${LIVE} SET PatchDocument = string('{{ {"ReleaseNotes": notes} | generate_patch_document }}') WHERE ${region} AND Identifier = '${identifier}'`,
    `DELETE FROM ${LIVE} WHERE ${region} AND Identifier = '${identifier}'`,
  ];
  const sql = dice.of(reading || dice.chance(0.6) ? reads : changes, '');
  return { sql, params: { region: 'us-east-1', image: imageName, notes: "it's new" } };
}

export function manifest(dice: Dice, imageName: string): object {
  const base = `registry/fuzz:${1 + dice.below(4)}`;
  const resources = Array.from({ length: 1 + dice.below(2) }, (_, nth) => ({
    name: `version_${nth}`,
    props: [
      { name: 'image_name', value: imageName },
      { name: 'base_image', value: nth === 0 ? '{{ base }}' : `${base}-${nth}` },
      ...(dice.chance(0.5) ? [{ name: 'release_notes', value: '{{ vars.notes }}' }] : []),
      ...(dice.chance(0.3) ? [{ name: 'aliases', value: [`m${nth}`] }] : []),
    ],
  }));
  const whole = {
    version: 1,
    name: 'fuzzed',
    providers: ['aws'],
    globals: [{ name: 'region', value: 'us-east-1' }],
    resources,
  };
  // JSON is YAML as well.
  const said = dice.chance(0.5) ? whole : JSON.stringify(whole, null, 1);
  return { manifest: said, vars: { notes: 'from a manifest' }, params: { base } };
}
