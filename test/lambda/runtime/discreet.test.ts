import { discreet, discreetly } from '../../../lambda/runtime/discreet.ts';

function thrown(name: string, message: string, cause?: Error): Error {
  return Object.assign(new Error(message, { cause }), { name, request: { body: 'secret' } });
}

test.each([
  'ValidationException',
  'SerializationException',
  'SyntaxError',
  'InvalidExecutionInput',
  'InvalidRequestException',
  'InvalidName',
  'InvalidSignatureException',
  'IncompleteSignatureException',
  'ClientTokenConflictException',
])('the message of %s is withheld, wherever it stands', (name) => {
  const safe = discreet(thrown(name, "Value 'secret\n  at secret\n    at secret:1:2' at 'input'"));
  expect(safe.name).toBe(name);
  expect(`${safe.message}${safe.stack}${JSON.stringify({ ...safe })}`).not.toContain('secret');
  expect(safe.stack).toMatch(/\n +at .*discreet\.test/);
});

test('what is refused for another reason says why, and so does its cause unless that quotes', () => {
  const safe = discreet(
    thrown('AccessDeniedException', 'not authorized to perform x', thrown('SyntaxError', 'secret')),
  );
  expect(safe).toMatchObject({ name: 'AccessDeniedException', message: 'not authorized to perform x' });
  expect(safe.cause).toMatchObject({ name: 'SyntaxError', message: expect.not.stringContaining('secret') });
});

test('what is no error is not shown', () => {
  expect(discreet('secret').message).toBe('Thrown, and no error: string');
});

test('a handler answers as it is, and fails discreetly', async () => {
  expect(await discreetly(async (a: number, b: number) => a + b)(1, 2)).toBe(3);
  const failing = discreetly(() => Promise.reject(thrown('ValidationException', 'secret')));
  await expect(failing()).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.not.stringContaining('secret'),
  });
});
