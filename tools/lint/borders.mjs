// Who may import what, beyond the tags of nx: a table of borders, and the rule that holds them. Paths are from the root of the
// repository; a relative import is judged by the file it leads to, any other by its specifier.
import { dirname, join, posix, relative } from 'node:path';
import { TESTS, matches } from './places.mjs';

const root = join(import.meta.dirname, '../..');

/** A package and everything under it. */
const packages = (...names) => names.flatMap((name) => [name, `${name}/**`]);

/** The one place of each client of somebody else's protocol: whoever changes the client changes nothing else. */
const CLIENTS = {
  'openid-client': ['services/admin/src/infrastructure/oidc/**'],
  nodemailer: ['services/admin/src/infrastructure/mail/**', 'services/connector-email/src/infrastructure/**'],
  imapflow: ['services/connector-email/src/infrastructure/**'],
  mailparser: ['services/connector-email/src/infrastructure/**'],
  grammy: ['services/connector-telegram/src/infrastructure/**'],
  'vk-io': ['services/connector-vk/src/infrastructure/**'],
  'firebase-admin': ['services/notifications/src/infrastructure/**'],
  'web-push': ['services/notifications/src/infrastructure/**'],
  kafkajs: ['libs/bus/src/kafka/**'],
  '@node-rs/argon2': ['services/admin/src/infrastructure/crypto/**'],
  otplib: ['services/admin/src/infrastructure/crypto/**'],
  multer: ['services/gateway/src/transport/**'],
  'socket.io': ['services/gateway/src/transport/**'],
  express: ['services/gateway/src/transport/**', 'libs/service-defaults/src/**'],
};

const FRAMEWORKS = packages('@nestjs/*', 'mongoose', 'mongodb', 'bson', 'rxjs', 'zod', '@grpc/*', 'express', 'pino');
const STORAGE = packages('mongoose', 'mongodb', 'bson', '@nestjs/mongoose');
const EDGES = packages('@grpc/*', '@nestjs/microservices', '@nestjs/websockets', '@nestjs/swagger');

/** `forbids` names what files of `files` may not import, but for `except`. */
export const BORDERS = [
  {
    files: ['**'],
    except: [...TESTS],
    forbids: packages('@beseda/testing'),
    message: 'what tests share is no part of the product',
  },
  {
    files: ['**'],
    except: [...TESTS, 'deploy/**', 'libs/embedded-mongo/**'],
    forbids: packages('@beseda/embedded-mongo'),
    message: 'only deploy/ decides which database runs',
  },
  {
    files: ['services/*/src/**', 'libs/*/src/**', 'deploy/*/src/**', 'frontend/**'],
    except: [...TESTS],
    forbids: ['**/{test,testing,conformance}/**', '**/*.{fixture,spec}.{js,ts}'],
    message: 'what tests share is no part of the product',
  },
  {
    files: ['services/*/src/domain/**'],
    forbids: [...FRAMEWORKS, ...Object.keys(CLIENTS).flatMap((name) => packages(name))],
    message: 'domain/ knows no framework, no storage and no transport',
  },
  {
    files: ['services/*/src/domain/**'],
    forbids: ['services/*/src/{application,infrastructure,transport,config}/**'],
    message: 'domain/ imports nothing of the outer layers',
  },
  {
    files: ['services/*/src/application/**'],
    except: [...TESTS],
    forbids: ['services/*/src/transport/**', ...STORAGE, ...EDGES],
    message: 'application/ knows neither how it is called nor how things are stored',
  },
  {
    files: ['services/*/src/infrastructure/**'],
    except: [...TESTS],
    forbids: ['services/*/src/transport/**'],
    message: 'infrastructure/ does not know how the service is called',
  },
  {
    files: ['services/*/src/**', 'libs/*/src/**'],
    except: [...TESTS],
    forbids: ['process', 'node:process'],
    message: 'only config/ reads the environment',
  },
  {
    files: ['frontend/**/src/**', 'libs/{api,errors}/src/**'],
    except: [...TESTS],
    forbids: ['node:*', 'node:*/**'],
    message: 'this runs in browsers',
  },
  ...Object.entries(CLIENTS).map(([name, places]) => ({
    files: ['services/**', 'libs/**', 'deploy/**', 'frontend/**'],
    except: [...TESTS, ...places],
    forbids: packages(name),
    message: `${name} is used in ${places.join(' and ')} alone`,
  })),
];

const borders = {
  meta: { type: 'problem', schema: [], docs: { description: 'imports keep to the table of borders' } },
  create(context) {
    const path = relative(root, context.filename);
    const mine = BORDERS.filter(({ files, except = [] }) => matches(path, files) && !matches(path, except));
    const check = (source) => {
      if (typeof source?.value !== 'string') return;
      const target = source.value.startsWith('.') ? posix.join(dirname(path), source.value) : source.value;
      for (const { forbids, message } of mine) {
        if (matches(target, forbids)) context.report({ node: source, message: `"${source.value}": ${message}` });
      }
    };
    return {
      ImportDeclaration: ({ source }) => check(source),
      ExportNamedDeclaration: ({ source }) => check(source),
      ExportAllDeclaration: ({ source }) => check(source),
      ImportExpression: ({ source }) => check(source),
      TSImportType: ({ source }) => check(source),
    };
  },
};

/** ESLint plugin `beseda`. */
export default { meta: { name: 'beseda' }, rules: { borders } };
