export { fuzz, fuzzLines, type FuzzOptions, type FuzzReport } from './fuzz/fuzz.js';
export { type FuzzDocument, type FuzzMeans } from './fuzz/requests.js';
export { until, type UntilOptions } from './until.js';
export { tempDir, type TempDir } from './temp-dir.js';
export { seededRandom, type SeededRandom } from './seeded-random.js';
export { startTestMongo, type TestMongo } from './test-mongo.js';
export { givenWhenThen, type Decider, type ExpectedError, type Outcome, type Scenario } from './given-when-then.js';
export { findChromium, type Chromium } from './find-chromium.js';
export { cuttableProxy, type ChunkMatch, type CuttableProxy } from './cuttable-proxy.js';
export { ensureBuilt, exitOf, freePort, lineOf, type Exit } from './process.js';
export { startLocalProvider, type LocalProvider, type ProviderPerson } from './local-provider.js';
export {
  kafkaSkipped,
  startOwnKafka,
  startTestKafka,
  type OwnKafka,
  type OwnKafkaOptions,
  type TestKafka,
} from './test-kafka.js';
export { DescribedAnswers, type ApiDescriptionLike, type SeenAnswer } from './described-answers.js';
export { testCertificates, type TestCertificates } from './test-certificates.js';
export {
  choreography,
  type Choreography,
  type ChoreographyBus,
  type ChoreographyConditions,
  type ChoreographyExpectation,
  type ChoreographyGroup,
  type ChoreographyLog,
  type ChoreographyOptions,
} from './choreography.js';
export { logSkipped, startTestLog, TEST_LOGS, type TestLog, type TestLogName } from './choreography-log.js';
export { type ChoreographyFaults, type ChoreographyRecord } from './choreography-plan.js';
export { type ChoreographySeen, type ExpectedRecord, type RecordedRecord } from './choreography-record.js';
export { ApiContract, answers, type Exchange } from './api-contract.js';
export { sendProblem, watchHttp, watchSockets } from './api-stand-in.js';
