/** Stops what the global setup started. */
export default async function stop() {
  await globalThis.testMongo?.stop();
}
