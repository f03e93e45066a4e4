import fc from 'fast-check';
import { imageVersionArn, parseImageVersionArn } from '../../../../lambda/core/image-version/identifier.ts';
import { imageName } from '../../../fixtures/arbitraries.ts';

test('an ARN that was made is read as what it was made of', () => {
  const ref = fc.record({
    partition: fc.constantFrom('aws', 'aws-cn', 'aws-us-gov'),
    region: fc.constantFrom('us-east-1', 'us-gov-west-1', 'cn-north-1'),
    account: fc.stringMatching(/^\d{12}$/),
    imageName,
    version: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  });
  fc.assert(fc.property(ref, (given) => expect(parseImageVersionArn(imageVersionArn(given))).toEqual(given)));
});

test.each([
  ['no ARN', 'pytorch/1'],
  ['another service', 'arn:aws:ec2:us-east-1:123456789012:image-version/pytorch/1'],
  ['an image', 'arn:aws:sagemaker:us-east-1:123456789012:image/pytorch'],
  ['a short account', 'arn:aws:sagemaker:us-east-1:12345678901:image-version/pytorch/1'],
  ['a wildcard', 'arn:aws:sagemaker:us-east-1:123456789012:image-version/*/1'],
  ['two dashes in a row', 'arn:aws:sagemaker:us-east-1:123456789012:image-version/py--torch/1'],
  ['version 0', 'arn:aws:sagemaker:us-east-1:123456789012:image-version/pytorch/0'],
  ['a leading zero', 'arn:aws:sagemaker:us-east-1:123456789012:image-version/pytorch/01'],
  ['a sign', 'arn:aws:sagemaker:us-east-1:123456789012:image-version/pytorch/-1'],
  ['no version', 'arn:aws:sagemaker:us-east-1:123456789012:image-version/pytorch/'],
  [
    'more than can be counted',
    'arn:aws:sagemaker:us-east-1:123456789012:image-version/pytorch/9007199254740992',
  ],
  ['a line after it', 'arn:aws:sagemaker:us-east-1:123456789012:image-version/pytorch/1\n'],
  ['a text before it', ' arn:aws:sagemaker:us-east-1:123456789012:image-version/pytorch/1'],
])('%s is no image version', (_what, arn) => {
  expect(parseImageVersionArn(arn)).toBeUndefined();
});
