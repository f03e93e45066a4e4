/** The inputs of Cloud Control's operations: members, limits and patterns of its service model. */

const typeName = {
  type: 'string',
  required: true,
  min: 10,
  max: 196,
  pattern: '[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}',
} as const;
const identifier = { type: 'string', required: true, min: 1, max: 1024, pattern: '.+' } as const;
const document = { type: 'string', required: true, min: 1, max: 262_144, pattern: '[\\s\\S]*' } as const;
const requestToken = {
  type: 'string',
  required: true,
  min: 1,
  max: 128,
  pattern: '[-A-Za-z0-9+/=]+',
} as const;
const clientToken = { type: 'string', min: 1, max: 128, pattern: '[-A-Za-z0-9+/=]+' } as const;
const nextToken = { type: 'string', min: 1, max: 4096, pattern: '[-A-Za-z0-9+/=]+' } as const;
const maxResults = { type: 'integer', min: 1, max: 100 } as const;

/** Accepted and of no effect here: there is one version of each type, and no role to take on. */
const unused = {
  TypeVersionId: { type: 'string', min: 1, max: 128, pattern: '[A-Za-z0-9-]+' },
  RoleArn: { type: 'string', min: 20, max: 2048, pattern: 'arn:.+:iam::[0-9]{12}:role/.+' },
} as const;

export const SHAPES = {
  CreateResource: { TypeName: typeName, DesiredState: document, ClientToken: clientToken, ...unused },
  UpdateResource: {
    TypeName: typeName,
    Identifier: identifier,
    PatchDocument: document,
    ClientToken: clientToken,
    ...unused,
  },
  DeleteResource: { TypeName: typeName, Identifier: identifier, ClientToken: clientToken, ...unused },
  GetResource: { TypeName: typeName, Identifier: identifier, ...unused },
  ListResources: {
    TypeName: typeName,
    ResourceModel: { type: 'string', min: 1, max: 262_144, pattern: '[\\s\\S]*' },
    NextToken: nextToken,
    MaxResults: maxResults,
    ...unused,
  },
  GetResourceRequestStatus: { RequestToken: requestToken },
  CancelResourceRequest: { RequestToken: requestToken },
  ListResourceRequests: {
    MaxResults: maxResults,
    NextToken: nextToken,
    ResourceRequestStatusFilter: {
      type: 'structure',
      members: {
        Operations: { type: 'list', of: { type: 'string', oneOf: ['CREATE', 'DELETE', 'UPDATE'] } },
        OperationStatuses: {
          type: 'list',
          of: {
            type: 'string',
            oneOf: ['PENDING', 'IN_PROGRESS', 'SUCCESS', 'FAILED', 'CANCEL_IN_PROGRESS', 'CANCEL_COMPLETE'],
          },
        },
      },
    },
  },
} as const;
