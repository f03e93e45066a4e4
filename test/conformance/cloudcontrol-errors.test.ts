import {
  CancelResourceRequestCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  ListResourcesCommand,
  UpdateResourceCommand,
} from '@aws-sdk/client-cloudcontrol';
import { type LocalAws, ROLE_ARN, startLocalAws } from '../local/local-aws.ts';
import {
  create,
  DESIRED,
  ended,
  IMAGE,
  makeImage,
  makeVersion,
  statusOf,
  update,
  VERSION,
  versionArn,
} from '../local/requests.ts';

/**
 * The local Cloud Control against exchanges that others have recorded with AWS on another type: operation by
 * operation the same kind of answer, status, error name and shape of message.
 */

const UNKNOWN = 'AWS::Nowhere::DoesNotExist';
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const MISSING_ARN = versionArn(1, 'missing');

let aws: LocalAws;

beforeEach(async () => {
  aws = await startLocalAws();
});

afterEach(async () => {
  await aws.close();
  expect(aws.unexpected).toEqual([]);
});

interface Refusal {
  readonly operation: string;
  readonly situation: string;
  readonly ask: () => Promise<unknown>;
  readonly error: string;
  readonly status: number;
  readonly message: RegExp;
}

const unknownType = {
  situation: 'a type that does not exist',
  error: 'TypeNotFoundException',
  status: 400,
  message: /^The type 'AWS::Nowhere::DoesNotExist' cannot be found\.$/,
};
const unknownToken = {
  situation: 'a request token that does not exist',
  error: 'RequestTokenNotFoundException',
  status: 400,
  message: /^Request with token DOESNOTEXIST was not found$/,
};
const invalid = { error: 'ValidationException', status: 400 };

const REFUSALS: readonly Refusal[] = [
  { operation: 'CreateResource', ...unknownType, ask: () => create(aws, UNKNOWN, {}) },
  {
    operation: 'DeleteResource',
    ...unknownType,
    ask: () => aws.cloudControl.send(new DeleteResourceCommand({ TypeName: UNKNOWN, Identifier: 'x' })),
  },
  {
    operation: 'GetResource',
    ...unknownType,
    ask: () => aws.cloudControl.send(new GetResourceCommand({ TypeName: UNKNOWN, Identifier: 'x' })),
  },
  {
    operation: 'UpdateResource',
    ...unknownType,
    ask: () =>
      aws.cloudControl.send(
        new UpdateResourceCommand({ TypeName: UNKNOWN, Identifier: 'x', PatchDocument: '[]' }),
      ),
  },
  {
    operation: 'UpdateResource',
    ...unknownType,
    situation: 'a type that does not exist, with a patch that is none',
    ask: () =>
      aws.cloudControl.send(
        new UpdateResourceCommand({ TypeName: UNKNOWN, Identifier: 'x', PatchDocument: '{"no":"patch"}' }),
      ),
  },
  {
    operation: 'ListResources',
    ...unknownType,
    ask: () => aws.cloudControl.send(new ListResourcesCommand({ TypeName: UNKNOWN })),
  },
  {
    operation: 'GetResourceRequestStatus',
    ...unknownToken,
    ask: () => statusOf(aws, { RequestToken: 'DOESNOTEXIST' }),
  },
  {
    operation: 'CancelResourceRequest',
    ...unknownToken,
    ask: () => aws.cloudControl.send(new CancelResourceRequestCommand({ RequestToken: 'DOESNOTEXIST' })),
  },
  {
    operation: 'CreateResource',
    situation: 'a property that the type does not have',
    ...invalid,
    message: /^Model validation failed \(#: extraneous key \[Something\] is not permitted\)$/,
    ask: () => create(aws, VERSION, { ...DESIRED, Something: 'else' }),
  },
  {
    operation: 'CreateResource',
    situation: 'a property of another JSON type',
    ...invalid,
    message: /^Model validation failed \(#\/ImageName: expected type: String, found: Boolean\)$/,
    ask: () => create(aws, VERSION, { ...DESIRED, ImageName: true }),
  },
  {
    operation: 'GetResource',
    situation: 'a resource that does not exist',
    error: 'ResourceNotFoundException',
    status: 400,
    message: new RegExp(
      `^AWS::SageMaker::ImageVersion Handler returned status FAILED: .*not found.* \\(HandlerErrorCode: NotFound, RequestToken: ${UUID}\\)$`,
    ),
    ask: () => aws.cloudControl.send(new GetResourceCommand({ TypeName: VERSION, Identifier: MISSING_ARN })),
  },
  {
    operation: 'UpdateResource',
    situation: 'a create-only property',
    error: 'NotUpdatableException',
    status: 400,
    message: /^Invalid patch update: createOnlyProperties \[\/properties\/ImageName\] cannot be updated$/,
    ask: async () => {
      await makeImage(aws);
      const { Identifier } = await makeVersion(aws);
      return update(aws, Identifier, [{ op: 'replace', path: '/ImageName', value: 'beta' }]);
    },
  },
  {
    operation: 'CancelResourceRequest',
    situation: 'a request that has succeeded',
    ...invalid,
    message: new RegExp(`^Request ${UUID} is already in status SUCCESS$`),
    ask: async () => {
      const { RequestToken } = await makeImage(aws);
      return aws.cloudControl.send(new CancelResourceRequestCommand({ RequestToken }));
    },
  },
  {
    operation: 'CancelResourceRequest',
    situation: 'a request that has failed',
    ...invalid,
    message: new RegExp(`^Request ${UUID} is already in status FAILED$`),
    ask: async () => {
      const { RequestToken } = await ended(aws, await create(aws, VERSION, DESIRED));
      return aws.cloudControl.send(new CancelResourceRequestCommand({ RequestToken }));
    },
  },
  {
    operation: 'CreateResource',
    situation: 'a client token that an earlier create has used',
    error: 'ClientTokenConflictException',
    status: 400,
    message: new RegExp(
      `^ClientToken token-1 is already associated with an existing operation with RequestToken ${UUID}$`,
    ),
    ask: async () => {
      await create(aws, IMAGE, { ImageName: 'one', ImageRoleArn: ROLE_ARN }, 'token-1');
      return create(aws, IMAGE, { ImageName: 'two', ImageRoleArn: ROLE_ARN }, 'token-1');
    },
  },
  {
    operation: 'ListResources',
    situation: 'image versions without the image',
    error: 'InvalidRequestException',
    status: 400,
    message:
      /^Missing or invalid ResourceModel property in AWS::SageMaker::ImageVersion list handler request input\. ?Required property: \(#: required key \[ImageName\] not found\)$/,
    ask: () => aws.cloudControl.send(new ListResourcesCommand({ TypeName: VERSION })),
  },
  {
    operation: 'UpdateResource',
    situation: 'replacing a write-only property',
    ...invalid,
    message: /^\[REPLACE Operation\] noSuchPath in source/,
    ask: async () => {
      await makeImage(aws);
      const { Identifier } = await makeVersion(aws);
      return update(aws, Identifier, [{ op: 'replace', path: '/Aliases', value: ['a'] }]);
    },
  },
];

test.each(REFUSALS)('$operation refuses $situation with $error', async ({ ask, error, status, message }) => {
  await expect(ask()).rejects.toMatchObject({
    name: error,
    message: expect.stringMatching(message),
    $metadata: { httpStatusCode: status },
  });
});
