import { subjectOf } from '../../../../lambda/core/image-version/subject.ts';
import { arnOf, SCOPE } from '../../../fixtures/scope.ts';

/** What is seen of an input that was refused. The default region is us-east-1; eu-west-1 is configured too. */

const NOTHING = { region: 'us-east-1' };
const version3 = { region: 'us-east-1', imageName: 'pytorch', version: 3, identifier: arnOf(3) };

test.each<[what: string, kind: 'create' | 'update' | 'delete', input: unknown, subject: object]>([
  [
    'an image',
    'create',
    { properties: { ImageName: 'pytorch', Colour: 'red' } },
    { ...NOTHING, imageName: 'pytorch' },
  ],
  [
    'an image elsewhere',
    'create',
    { region: 'eu-west-1', properties: { ImageName: 'x' } },
    { region: 'eu-west-1', imageName: 'x' },
  ],
  ['a version', 'delete', { imageName: 'pytorch', version: 3, colour: 'red' }, version3],
  ['an ARN', 'update', { identifier: arnOf(3) }, version3],
  [
    'an image and a version that is none',
    'delete',
    { imageName: 'pytorch', version: 0 },
    { ...NOTHING, imageName: 'pytorch' },
  ],
  ['a region alone', 'delete', { region: 'eu-west-1' }, { region: 'eu-west-1' }],
  [
    'a region that is not configured',
    'delete',
    { region: 'mars-1', imageName: 'pytorch', version: 3 },
    NOTHING,
  ],
  ['a region that is no text', 'delete', { region: 7, imageName: 'pytorch', version: 3 }, NOTHING],
  ['a name that is none', 'create', { properties: { ImageName: '-x' } }, NOTHING],
  ['an ARN that is none, beside a name', 'delete', { identifier: 'x', imageName: 'pytorch' }, NOTHING],
  [
    'an ARN of another account',
    'delete',
    { identifier: arnOf(3).replace(/:\d{12}:/, ':999999999999:') },
    NOTHING,
  ],
  [
    'an ARN of a region that is not configured',
    'delete',
    { identifier: arnOf(3).replace('us-east-1', 'mars-1') },
    NOTHING,
  ],
  ['properties that are none', 'create', { properties: 'x' }, NOTHING],
  ['a list', 'create', [], NOTHING],
  ['a text', 'delete', 'delete everything', NOTHING],
  ['null', 'update', null, NOTHING],
  ['nothing', 'update', undefined, NOTHING],
])('%s', (_what, kind, input, subject) => {
  expect(subjectOf(kind, input, SCOPE)).toEqual(subject);
});
