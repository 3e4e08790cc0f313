import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import { ROOM_NAMES, ROOMS } from './tools/rooms.ts';

const TESTS = [
  '**/*.test.ts',
  '**/*-for-tests.ts',
  '**/testing.ts',
  '**/testing/**',
  '**/suite.ts',
  '**/example-log.ts',
  'core/oracle/**',
];

/** Clock, chance and the world outside, which core takes as arguments or not at all. */
const OUTSIDE = ['Date', 'performance', 'crypto', 'fetch', 'console', 'process', 'globalThis', 'window', 'document'];
const TIMERS = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'];

const SYNTAX = [
  { selector: 'TSEnumDeclaration', message: 'No enums: a tuple `as const`.' },
  {
    selector: 'TSAsExpression > TSAsExpression',
    message: 'A cast through `unknown` hides a mistake: parse, or type it.',
  },
];

/** The import rules of one room, from the table that architecture.test.ts reads too; that test sees dynamic imports as well. */
function walls(room) {
  const { rooms, packages } = ROOMS[room];
  const others = ROOM_NAMES.filter((name) => name !== room && !rooms.includes(name));
  const allowed = packages.map((form) => form.source).join('|');
  return {
    name: `walls of ${room}`,
    files: [`${room}/**/*.{ts,tsx}`],
    ignores: [...TESTS, 'web/vite.config.ts', 'ledger/page/vite.config.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^(?:@countersign/(?:${others.join('|')})|countersign)/`,
              message: `${room} may not import this room: tools/rooms.ts.`,
            },
            { regex: `^@countersign/${room}/`, message: 'Inside a room, import by relative path.' },
            {
              regex: `^(?!\\.|@countersign/${allowed === '' ? '' : `|(?:${allowed})`})`,
              message: `${room} may not import this package: tools/rooms.ts.`,
            },
          ],
        },
      ],
    },
  };
}

export default tseslint.config(
  { ignores: ['**/node_modules/', '**/.countersign/', '**/dist/', '**/coverage/', 'docs/reference/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    name: 'plain JavaScript that an older Node can run',
    files: ['**/*.mjs', '*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        setInterval: 'readonly',
      },
    },
  },
  {
    name: 'TypeScript',
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { project: 'tools/tsconfig.lint.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      // The compiler knows these better.
      'no-undef': 'off',
      'no-unused-vars': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],

      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', package: 'vitest', name: ['test', 'it', 'describe'] }] },
      ],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unsafe-return': 'error',
      '@typescript-eslint/no-unsafe-call': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      // An empty type is how a refusal says that it takes no parameters.
      '@typescript-eslint/no-empty-object-type': 'off',

      // `== null` asks for null and undefined at once.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
      'no-restricted-syntax': ['error', ...SYNTAX],
    },
  },
  ...ROOM_NAMES.filter((room) => ROOMS[room].floor < 4).map(walls),
  {
    name: 'core is pure',
    files: ['core/**/*.ts'],
    ignores: TESTS,
    rules: {
      'no-restricted-globals': [
        'error',
        ...[...OUTSIDE, ...TIMERS].map((name) => ({ name, message: 'core takes what it needs as arguments.' })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'A seed is an argument.' },
        { object: 'Temporal', property: 'Now', message: 'The moment is an argument.' },
      ],
    },
  },
  {
    name: 'the one file of the kernel whose casts carry the types of all others',
    files: ['core/kernel/*.ts'],
    rules: { 'no-restricted-syntax': ['error', SYNTAX[0]] },
  },
  {
    name: 'one clock, one reader of the environment',
    files: ['server/**/*.ts'],
    ignores: [...TESTS, 'server/clock.ts', 'server/config.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Only server/clock.ts knows what time it is.' },
        { object: 'process', property: 'env', message: 'Only server/config.ts reads the environment.' },
      ],
      'no-restricted-syntax': [
        'error',
        ...SYNTAX,
        {
          selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
          message: 'Only server/clock.ts knows what time it is.',
        },
      ],
    },
  },
  {
    name: 'who may print',
    files: ['cli/**/*.ts', 'tools/**/*.ts', 'bench/**/*.ts', 'e2e/**/*.ts', 'server/main.ts', ...TESTS],
    rules: { 'no-console': 'off' },
  },
  {
    name: 'tests',
    files: TESTS,
    rules: {
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-restricted-syntax': 'off',
    },
  },
);
