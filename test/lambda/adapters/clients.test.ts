import { clientsOf } from '../../../lambda/adapters/clients.ts';

/** How the adapters of a process come to their SDK clients. */

test('a region has one client, whichever adapter asks for it', () => {
  const made: object[] = [];
  const clients = clientsOf((config) => {
    made.push(config);
    return { config };
  });
  expect(clients('us-east-1')).toBe(clients('us-east-1'));
  expect(clients()).toBe(clients(undefined, {}));
  expect(clients('eu-west-1')).not.toBe(clients('us-east-1'));
  expect(made).toHaveLength(3);
});

test('another number of attempts is another client, because the SDK counts by client', () => {
  const clients = clientsOf((config) => ({ config }));
  const once = clients('us-east-1', { maxAttempts: 1 });
  expect(once).toBe(clients('us-east-1', { maxAttempts: 1 }));
  expect(once).not.toBe(clients('us-east-1'));
  expect(once.config).toMatchObject({ region: 'us-east-1', maxAttempts: 1 });
  expect(clients().config).not.toHaveProperty('region');
});
