/** Examples of the OpenAPI document. The images are AWS's Deep Learning Containers. */

const REGISTRY = '763104351884.dkr.ecr.us-east-1.amazonaws.com';
const BASE_IMAGE = `${REGISTRY}/pytorch-training:2.6.0-cpu-py312-ubuntu22.04-sagemaker`;
const IDENTIFIER = 'arn:aws:sagemaker:us-east-1:123456789012:image-version/pytorch-training/2';
const IMAGE = 'arn:aws:sagemaker:us-east-1:123456789012:image/pytorch-training';
const OPERATION_ID = '3f2a0c1e5b7d49d2a6c8e0f1b2d3c4a5';

const properties = {
  ImageName: 'pytorch-training',
  ImageArn: IMAGE,
  ImageVersionArn: IDENTIFIER,
  BaseImage: BASE_IMAGE,
  ContainerImage: `${REGISTRY}/pytorch-training@sha256:7d0e5c0c1b7f6d2f7c9f2f0f7a3b7e9f4c4a1d7e8b6a5c4d3e2f1a0b9c8d7e6f`,
  Version: 2,
  JobType: 'TRAINING',
  MLFramework: 'PyTorch 2.6.0',
  ProgrammingLang: 'Python 3.12',
  Processor: 'CPU',
  Aliases: ['stable'],
};

const imageVersion = {
  identifier: IDENTIFIER,
  imageName: 'pytorch-training',
  version: 2,
  region: 'us-east-1',
  properties,
  links: {
    self: '/images/pytorch-training/versions/2?region=us-east-1',
    image: '/images/pytorch-training/versions?region=us-east-1',
  },
};

const image = {
  identifier: IMAGE,
  imageName: 'pytorch-training',
  region: 'us-east-1',
  links: {
    versions: '/images/pytorch-training/versions?region=us-east-1',
    operations: '/operations?image=pytorch-training&region=us-east-1',
  },
};

const operation = {
  operationId: OPERATION_ID,
  kind: 'create',
  status: 'QUEUED',
  region: 'us-east-1',
  imageName: 'pytorch-training',
  request: { properties: { ImageName: 'pytorch-training', BaseImage: BASE_IMAGE, Aliases: ['stable'] } },
  history: [],
  position: 1,
  createdAt: '2026-11-24T08:00:00.000Z',
  links: { self: `/operations/${OPERATION_ID}`, cancel: `/operations/${OPERATION_ID}/cancel` },
};

const snapshot = {
  snapshotId: 'us-east-1-42',
  region: 'us-east-1',
  takenAt: '2026-11-24T08:00:07.310Z',
  startedAt: '2026-11-24T08:00:01.002Z',
  trigger: 'schedule',
  full: false,
  counts: { images: 100, versions: 2000, added: 1, changed: 1, removed: 0 },
  calls: 123,
  throttled: 0,
  durationSeconds: 6.3,
  links: {
    self: '/snapshots/us-east-1-42',
    previous: '/snapshots/us-east-1-41',
    diff: '/snapshots/us-east-1-41/diff/us-east-1-42',
  },
};
const previousSnapshot = {
  ...snapshot,
  snapshotId: 'us-east-1-41',
  takenAt: '2026-11-24T07:00:06.871Z',
  startedAt: '2026-11-24T07:00:01.004Z',
  counts: { ...snapshot.counts, added: 0, changed: 0 },
  links: {
    self: '/snapshots/us-east-1-41',
    previous: '/snapshots/us-east-1-40',
    diff: '/snapshots/us-east-1-40/diff/us-east-1-41',
  },
};
const moment = { snapshotId: snapshot.snapshotId, takenAt: snapshot.takenAt };
const drift = { drift: true };

const stateOfRow = {
  status: 'CREATED',
  createdAt: '2026-11-17T15:20:11.000Z',
  modifiedAt: '2026-11-24T07:31:40.000Z',
  firstSeenAt: '2026-11-17T16:00:06.120Z',
  properties: { ...properties, VendorGuidance: 'STABLE' },
};

const inventoryRow = {
  identifier: IDENTIFIER,
  region: 'us-east-1',
  account: '123456789012',
  imageName: 'pytorch-training',
  version: 2,
  ...stateOfRow,
  validFrom: moment,
  cause: drift,
  links: {
    self: '/images/pytorch-training/versions/2?region=us-east-1',
    history: '/images/pytorch-training/versions/2/history?region=us-east-1',
  },
};

const changes = [
  { property: 'VendorGuidance', after: 'STABLE' },
  { property: 'modifiedAt', before: '2026-11-17T15:22:02.000Z', after: '2026-11-24T07:31:40.000Z' },
];

const versionDifference = {
  kind: 'changed',
  identifier: IDENTIFIER,
  region: 'us-east-1',
  imageName: 'pytorch-training',
  version: 2,
  changes,
  cause: drift,
};

const versionPeriod = { validFrom: moment, validTo: null, ...stateOfRow, changes, cause: drift };

const aliasPeriod = {
  version: 2,
  identifier: IDENTIFIER,
  from: { snapshotId: 'us-east-1-7', takenAt: '2026-11-22T20:00:06.512Z' },
  to: null,
  cause: { drift: false, operationId: OPERATION_ID },
};

export const BODY_EXAMPLES: Readonly<Record<string, unknown>> = {
  StatementBody: {
    sql: "SELECT image_name, version, aliases FROM awscc.sagemaker.image_versions WHERE region = '{{ region }}'",
    params: { region: 'us-east-1' },
  },
  Manifest: {
    version: 1,
    name: 'training',
    providers: ['aws'],
    resources: [
      {
        name: 'pytorch',
        props: [
          { name: 'image_name', value: 'pytorch-training' },
          { name: 'base_image', value: BASE_IMAGE },
        ],
      },
    ],
  },
  ManifestBody: {
    manifest:
      'version: 1\nname: training\nproviders: [aws]\nglobals:\n  - {name: region, value: us-east-1}\nresources:\n  - name: pytorch\n    props:\n      - {name: image_name, value: pytorch-training}\n      - {name: base_image, value: "{{ base_image }}"}\n',
    params: { base_image: BASE_IMAGE },
  },
  CreateBody: {
    BaseImage: BASE_IMAGE,
    JobType: 'TRAINING',
    MLFramework: 'PyTorch 2.6.0',
    ProgrammingLang: 'Python 3.12',
    Processor: 'CPU',
    Aliases: ['stable'],
  },
  MergeBody: { VendorGuidance: 'STABLE', ReleaseNotes: null, aliasesToAdd: ['stable'] },
  PatchBody: [
    { op: 'test', path: '/Processor', value: 'CPU' },
    { op: 'replace', path: '/MLFramework', value: 'PyTorch 2.6.1' },
    { op: 'add', path: '/Aliases/-', value: 'latest-cpu' },
  ],
};

export const SHAPE_EXAMPLES: Readonly<Record<string, unknown>> = {
  GatewayMessage: { message: 'Forbidden' },
  ImageVersion: imageVersion,
  ImageVersionList: { items: [imageVersion], nextCursor: null },
  Image: image,
  ImageList: { items: [image], nextCursor: null },
  Operation: operation,
  OperationList: { items: [operation], nextCursor: null },
  Health: {
    status: 'ok',
    parts: [
      { name: 'operations-table', status: 'ok', milliseconds: 7 },
      { name: 'cloud-control', status: 'ok', milliseconds: 212 },
      { name: 'sagemaker', status: 'ok', milliseconds: 64 },
    ],
  },
  SnapshotRequest: {
    region: 'us-east-1',
    requestedAt: '2026-11-24T08:21:30.118Z',
    links: { latest: '/snapshots/latest?region=us-east-1', snapshots: '/snapshots?region=us-east-1' },
  },
  Snapshot: snapshot,
  SnapshotList: { items: [snapshot, previousSnapshot], nextCursor: null },
  InventoryRow: inventoryRow,
  InventoryPage: { snapshot, items: [inventoryRow], nextCursor: null },
  VersionDifference: versionDifference,
  SnapshotDiff: { from: previousSnapshot, to: snapshot, items: [versionDifference], nextCursor: null },
  VersionPeriod: versionPeriod,
  VersionHistory: { items: [versionPeriod], nextCursor: null },
  AliasPeriod: aliasPeriod,
  AliasHistory: { items: [aliasPeriod], nextCursor: null },
  Rows: {
    columns: [
      { name: 'image_name', type: 'string' },
      { name: 'version', type: 'integer' },
      { name: 'aliases', type: 'array' },
    ],
    rows: [{ image_name: 'pytorch-training', version: 2, aliases: ['stable'] }],
    calls: 4,
  },
  Begun: { operation },
  StatementAnswer: { operation },
  ManifestState: {
    name: 'training',
    done: false,
    resources: [
      {
        name: 'pytorch',
        action: 'create',
        status: 'running',
        imageName: 'pytorch-training',
        region: 'us-east-1',
        changes: [{ property: 'BaseImage', after: BASE_IMAGE }],
        operationId: OPERATION_ID,
        exports: {},
      },
    ],
  },
  Problem: {
    type: '/openapi.json#/x-problems/invalid-body',
    title: 'The body has faults',
    status: 422,
    detail: 'One thing is wrong with the body',
    errors: [{ pointer: '/Processor', detail: 'given "TPU", wanted CPU or GPU' }],
    instance: '/images/pytorch-training/versions',
    requestId: 'JKJaXmPLvHcESHA=',
  },
};
