/**
 * Shows that the borders are held: each probe is a line somebody might write where it does not belong, and lint must refuse it
 * by the rule named; beside it stands the same line where it may be written.
 *
 *   node tools/lint/probes.mjs
 */
import { join } from 'node:path';
import { ESLint } from 'eslint';

const root = join(import.meta.dirname, '../..');
const BORDERS = 'beseda/borders';
const TAGS = '@nx/enforce-module-boundaries';
const ENV = 'no-restricted-properties';

const load = (specifier) => `import '${specifier}';\n`;

/** `refused` places and `allowed` places of one piece of code. */
const PROBES = [
  {
    code: load('@beseda/testing'),
    rule: BORDERS,
    refused: [
      'services/dialogs/src/application/probe.ts',
      'libs/bus/src/probe.ts',
      'deploy/services/src/probe.ts',
      'frontend/widget/src/probe.ts',
    ],
    allowed: ['services/dialogs/src/probe.int.spec.ts', 'services/gateway/src/testing/probe.ts', 'e2e/src/probe.ts'],
  },
  {
    code: load('@beseda/embedded-mongo'),
    rule: BORDERS,
    refused: ['services/admin/src/infrastructure/probe.ts', 'libs/mongo/src/probe.ts'],
    allowed: ['deploy/all-in-one/src/probe.ts', 'libs/mongo/src/probe.int.spec.ts', 'libs/testing/src/probe.ts'],
  },
  {
    code: load('../testing/world.js'),
    rule: BORDERS,
    refused: ['services/gateway/src/application/probe.ts'],
    allowed: ['services/gateway/src/application/probe.spec.ts'],
  },
  {
    code: load('../transport/grpc/scope.js'),
    rule: BORDERS,
    refused: [
      'services/admin/src/application/probe.ts',
      'services/admin/src/domain/probe.ts',
      'services/admin/src/infrastructure/probe.ts',
    ],
    allowed: ['services/admin/src/config/probe.ts'],
  },
  ...['mongoose', 'mongodb', 'bson'].map((name) => ({
    code: load(name),
    rule: BORDERS,
    refused: ['services/admin/src/application/probe.ts', 'services/admin/src/domain/probe.ts'],
    allowed: ['services/admin/src/infrastructure/mongo/probe.ts'],
  })),
  ...[
    '@nestjs/common',
    'zod',
    'rxjs',
    '../infrastructure/probe.js',
    '../application/probe.js',
    '../config/probe.js',
  ].map((name) => ({
    code: load(name),
    rule: BORDERS,
    refused: ['services/contacts/src/domain/probe.ts'],
    allowed: ['services/contacts/src/transport/probe.ts'],
  })),
  ...['grammy', 'vk-io', 'imapflow', 'firebase-admin/messaging', 'web-push'].map((name) => ({
    code: load(name),
    rule: BORDERS,
    refused: ['services/gateway/src/infrastructure/probe.ts', 'libs/grpc/src/probe.ts', 'deploy/services/src/probe.ts'],
    allowed: [],
  })),
  ...Object.entries({ nodemailer: 'mail', 'openid-client': 'oidc', '@node-rs/argon2': 'crypto' }).map(
    ([name, folder]) => ({
      code: load(name),
      rule: BORDERS,
      refused: [
        'services/admin/src/application/probe.ts',
        'services/admin/src/infrastructure/mongo/probe.ts',
        'services/routing/src/probe.ts',
      ],
      allowed: [`services/admin/src/infrastructure/${folder}/probe.ts`],
    }),
  ),
  {
    code: "export const later = () => import('kafkajs');\n",
    rule: BORDERS,
    refused: ['services/dialogs/src/infrastructure/probe.ts', 'libs/outbox/src/probe.ts'],
    allowed: ['libs/bus/src/kafka/probe.ts'],
  },
  {
    code: "export * from 'node:fs';\n",
    rule: BORDERS,
    refused: ['frontend/console/src/app/probe.ts', 'frontend/libs/realtime/src/probe.ts', 'libs/api/src/probe.ts'],
    allowed: ['frontend/widget/src/testing/probe.ts', 'libs/files/src/probe.ts'],
  },
  {
    code: load('@beseda/dialogs'),
    rule: TAGS,
    refused: ['services/gateway/src/gateway.module.ts', 'libs/bus/src/index.ts'],
    allowed: ['deploy/all-in-one/src/beseda.ts'],
  },
  {
    code: load('../../dialogs/src/index.js'),
    rule: TAGS,
    refused: ['services/gateway/src/gateway.module.ts'],
    allowed: [],
  },
  {
    code: load('@beseda/contracts'),
    rule: TAGS,
    refused: ['frontend/libs/realtime/src/index.ts', 'libs/api/src/index.ts'],
    allowed: ['libs/bus/src/index.ts'],
  },
  {
    code: "export const home = process.env['HOME'];\n",
    rule: ENV,
    refused: [
      'services/routing/src/application/probe.ts',
      'libs/mongo/src/probe.ts',
      'libs/service-defaults/src/probe.ts',
      'deploy/services/src/probe.ts',
    ],
    allowed: ['services/routing/src/config/probe.ts', 'libs/mongo/src/probe.spec.ts', 'deploy/services/src/main.ts'],
  },
  {
    code: "import { env } from 'node:process';\nexport const home = env['HOME'];\n",
    rule: BORDERS,
    refused: ['services/routing/src/application/probe.ts', 'libs/mongo/src/probe.ts'],
    allowed: ['libs/mongo/src/probe.spec.ts'],
  },
  {
    code: 'export const answer = () => unheardOf;\n',
    rule: 'no-undef',
    refused: ['tools/probe.mjs', 'bench/probe.mjs', 'frontend/widget/probe.mjs', 'deploy/probe.mjs', 'probe.js'],
    allowed: [],
  },
  {
    code: 'const idle = 1;\nexport {};\n',
    rule: 'no-unused-vars',
    refused: ['tools/probe.mjs', 'deploy/probe.mjs'],
    allowed: [],
  },
  { code: '\n'.repeat(401), rule: 'max-lines', refused: ['tools/probe.mjs', 'libs/bus/src/probe.ts'], allowed: [] },
];

const rules = new Set(PROBES.map(({ rule }) => rule));
// These rules need no types, and a file that does not exist has none.
const eslint = new ESLint({
  cwd: root,
  ruleFilter: ({ ruleId }) => rules.has(ruleId),
  overrideConfig: {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { projectService: false } },
    linterOptions: { reportUnusedDisableDirectives: 'off' },
  },
});

const wrong = [];
let tried = 0;
for (const { code, rule, refused, allowed } of PROBES) {
  for (const [paths, wanted] of [
    [refused, true],
    [allowed, false],
  ]) {
    for (const path of paths) {
      tried += 1;
      const [result] = await eslint.lintText(code, { filePath: join(root, path) });
      const found = result?.messages.some(({ ruleId }) => ruleId === rule) ?? false;
      const broken = result?.messages.find(({ fatal }) => fatal);
      if (found !== wanted || broken) {
        wrong.push(
          `${path}: ${JSON.stringify(code.trim().slice(0, 60))} is ${broken?.message ?? (wanted ? 'let through' : 'refused')} (${rule})`,
        );
      }
    }
  }
}
if (wrong.length > 0) {
  process.stderr.write(`${wrong.join('\n')}\n`);
  process.exitCode = 1;
} else {
  process.stdout.write(`${tried} lint probes hold.\n`);
}
