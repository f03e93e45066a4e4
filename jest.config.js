/** Types are checked by `tsc`; swc only strips them here, so a test run starts fast. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  globalSetup: '<rootDir>/test/synthesized.ts',
  globalTeardown: '<rootDir>/test/remove-assembly.ts',
  reporters: ['default', '<rootDir>/test/permissions/keep-record.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'commonjs' } },
    ],
  },
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  testTimeout: 30_000,
  // Jest would leave a core free, which on two is half of them.
  maxWorkers: '100%',
};
