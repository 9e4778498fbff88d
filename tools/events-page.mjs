// Makes docs/events.md from the compiled contracts (buf's image as JSON) and what `libs/contracts/src/topics.ts` says of topics.
import { TOPICS } from '../libs/contracts/src/topics.ts';
import { topicsOf } from './event-types.mjs';

const commentAt = (file, path) => {
  const location = file.sourceCodeInfo?.location?.find((l) => JSON.stringify(l.path) === JSON.stringify(path));
  return (location?.leadingComments ?? '').trim().replace(/\s*\n\s*/g, ' ');
};

const SCALARS = {
  TYPE_STRING: 'string',
  TYPE_INT64: 'int64',
  TYPE_INT32: 'int32',
  TYPE_BOOL: 'bool',
  TYPE_BYTES: 'bytes',
  TYPE_DOUBLE: 'double',
};
const typeOf = (field) => {
  const name = SCALARS[field.type] ?? (field.typeName ?? '').replace(/^\./, '').split('.').at(-1);
  return field.label === 'LABEL_REPEATED' ? `${name}[]` : name;
};

const fieldRows = (file, message, path) =>
  (message.field ?? []).map(
    (field, index) => `| \`${field.name}\` | ${typeOf(field)} | ${commentAt(file, [...path, 2, index])} |`,
  );

const table = (rows) =>
  rows.length === 0 ? ['No fields.'] : ['| field | type | meaning |', '| --- | --- | --- |', ...rows];

function messageSection(file, name, heading) {
  const index = file.messageType.findIndex((m) => m.name === name);
  const comment = commentAt(file, [4, index]);
  return [
    `### ${heading}`,
    '',
    ...(comment ? [comment, ''] : []),
    ...table(fieldRows(file, file.messageType[index], [4, index])),
    '',
  ];
}

function topicSection({ topic, file, events }) {
  const { key, publishers } = Object.values(TOPICS).find(({ name }) => name === topic);
  const sections = events.flatMap(({ type, field, kind }) =>
    messageSection(file, field.typeName.split('.').at(-1), kind ? `\`${type}\`, kind \`${kind}\`` : `\`${type}\``),
  );
  return [`## ${topic}`, '', `Key: \`${key}\`. Published by ${publishers}.`, '', ...sections];
}

function enumSection(files) {
  const lines = ['## Values', ''];
  for (const file of files) {
    for (const [index, type] of (file.enumType ?? []).entries()) {
      const comment = commentAt(file, [5, index]);
      lines.push(
        `**${type.name}**${comment ? ` (${comment})` : ''}: ${type.value.map((v) => `\`${v.name}\``).join(', ')}`,
        '',
      );
    }
  }
  return lines;
}

/** The whole page. */
export function eventsPage(image) {
  const files = image.file
    .filter((f) => f.name.startsWith('beseda/') && f.messageType)
    .sort((a, b) => a.name.localeCompare(b.name));
  const envelope = files.find((f) => f.name === 'beseda/events/v1/events.proto');
  return `${[
    '# Events',
    '',
    '<!-- Generated from proto/ by "npm run proto"; do not edit. -->',
    '',
    'What services tell each other over the bus. Records carry protobuf and CloudEvents attributes as headers (`ce_id`, `ce_type`,',
    '`ce_source`, `ce_time`, `ce_subject`, `correlation_id`). Order is kept per key; a record may come more than once.',
    '',
    '## Envelope',
    '',
    ...messageSection(envelope, 'EventEnvelope', 'EventEnvelope'),
    ...topicsOf(image).flatMap(topicSection),
    ...enumSection(files.filter((f) => !f.name.endsWith('service.proto'))),
  ]
    .join('\n')
    .trimEnd()}\n`;
}
