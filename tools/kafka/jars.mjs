// The official broker as jars, fetched once through Maven into an ignored folder.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
/** Where everything of the local broker is kept. */
export const cache = join(here, '..', '..', '.cache', 'kafka');
const jars = join(cache, 'jars');
/** Holds the pom the jars were made from: another version in it means they are fetched again. */
const stamp = join(jars, 'pom.xml');
const pom = join(here, 'pom.xml');

/** The lowest Java the broker runs on. */
const JAVA = 17;

const complete = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === readFileSync(pom, 'utf8');

/** Says what has to be installed before a broker can run here; undefined when nothing has. */
export function missing() {
  const java = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const version = Number(/version "(\d+)/.exec(java.stderr ?? '')?.[1] ?? 0);
  const needs = [];
  if (java.error || java.status !== 0)
    needs.push(`Java ${JAVA} or newer (on Debian: apt-get install openjdk-17-jre-headless)`);
  else if (version < JAVA) needs.push(`Java ${JAVA} or newer (this is ${version})`);
  if (!complete() && spawnSync('mvn', ['-v'], { encoding: 'utf8' }).status !== 0) {
    needs.push('Maven, to fetch the broker once (on Debian: apt-get install maven)');
  }
  if (needs.length === 0) return undefined;
  return `A local Kafka needs ${needs.join(' and ')}. Or name a running one by KAFKA_BROKERS=host:port.`;
}

/** The class path of the broker; fetches the jars when they are missing. */
export function classPath() {
  if (!complete()) {
    const fresh = join(cache, `jars-${process.pid}`);
    mkdirSync(cache, { recursive: true });
    const goal = 'dependency:copy-dependencies';
    const args = ['-q', '-B', '-f', pom, goal, `-DoutputDirectory=${fresh}`, '-DincludeScope=runtime'];
    const maven = spawnSync('mvn', args, {
      encoding: 'utf8',
      env: { ...process.env, MAVEN_OPTS: '-Dstyle.color=never' },
    });
    if (maven.status !== 0) {
      rmSync(fresh, { recursive: true, force: true });
      throw new Error(`Maven could not fetch the broker: ${(maven.stdout + maven.stderr).trim().slice(0, 600)}`);
    }
    writeFileSync(join(fresh, 'pom.xml'), readFileSync(pom));
    // into place in one step, so that nobody ever sees half of it; who comes second throws his own away
    if (complete()) rmSync(fresh, { recursive: true, force: true });
    else {
      rmSync(jars, { recursive: true, force: true });
      renameSync(fresh, jars);
    }
  }
  return join(jars, '*');
}
