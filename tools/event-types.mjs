// Which topics there are and what travels on each, read from the compiled contracts (buf's image as JSON). A topic is named as
// its package. A package with a oneof `body` tells facts, one event type a case; one whose message holds a full state in a
// oneof `value` has the single type `<message>.changed`.

const casesOf = (message, oneof) => {
  const index = (message.oneofDecl ?? []).findIndex(({ name }) => name === oneof);
  return index < 0 ? [] : message.field.filter((field) => field.oneofIndex === index && !field.proto3Optional);
};

const dotted = (name) => name.replace(/_/g, '.');

/** Each event of a message: its type, the field that carries it and, of a full state, the kind of the state. */
const eventsOf = (message) => [
  ...casesOf(message, 'body').map((field) => ({ type: dotted(field.name), field })),
  ...casesOf(message, 'value').map((field) => ({
    type: `${message.name.toLowerCase()}.changed`,
    field,
    kind: field.name,
  })),
];

/** `{ topic, file, events: [{ type, field, kind? }] }` of every topic, by name. */
export function topicsOf(image) {
  return image.file
    .filter((file) => file.package?.startsWith('beseda.') && !file.name.endsWith('service.proto'))
    .map((file) => ({ topic: file.package, file, events: (file.messageType ?? []).flatMap(eventsOf) }))
    .filter(({ events }) => events.length > 0)
    .sort((a, b) => a.topic.localeCompare(b.topic));
}

/** The module `libs/contracts/src/gen/event-types.ts`. */
export function eventTypesModule(image) {
  const rows = topicsOf(image).map(({ topic, events }) => {
    const types = [...new Set(events.map(({ type }) => type))];
    return `  '${topic}': [${types.map((type) => `'${type}'`).join(', ')}],\n`;
  });
  return `// Generated from proto/ by "npm run proto"; do not edit.

/* eslint-disable */

/** Event types of each topic, in the order of their field numbers. */
export const EVENT_TYPES = {
${rows.join('')}} as const;
`;
}
