import { loadInstallationConfig } from '@beseda/installation';
import { tempDir } from '@beseda/testing';
import { expect, it, jest } from '@jest/globals';

const SDK = [
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/sdk-trace-node',
  '@opentelemetry/resources',
  '@opentelemetry/context-async-hooks',
];
const loaded = new Set<string>();
for (const name of SDK) {
  jest.unstable_mockModule(name, () => {
    loaded.add(name);
    return jest.requireActual<object>(name);
  });
}
const { startBeseda } = await import('./beseda.js');
const { startCollector } = await import('./testing/collector.js');
const { writeAsVisitor } = await import('./testing/visitor.js');

const run = async (more: Record<string, string>): Promise<void> => {
  const folder = await tempDir();
  const env = { BESEDA_DATA: folder.path, BESEDA_PORT: '0', LOG_LEVEL: 'silent', ...more };
  const beseda = await startBeseda(loadInstallationConfig(env), env);
  try {
    await writeAsVisitor(beseda, 'Hello', {});
  } finally {
    await beseda.stop();
    await folder.remove();
  }
};

it('nothing of the SDK is loaded unless an address of a collector is given', async () => {
  await run({});
  expect([...loaded]).toEqual([]);
  // And the test would see it:
  const collector = await startCollector();
  await run({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  await collector.stop();
  expect([...loaded].sort()).toEqual([...SDK].sort());
});
