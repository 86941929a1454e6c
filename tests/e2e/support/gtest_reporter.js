// Prints each test as GoogleTest would, and writes the JSON report that tools/run_suites.py counts.
import { basename } from 'node:path';
import { writeFileSync } from 'node:fs';

const suites = new Map();
let running = '';

function add(file, name, outcome) {
  const suite = file ? basename(file, '.test.js') : 'e2e';
  if (!suites.has(suite)) suites.set(suite, []);
  suites.get(suite).push({ name, status: 'RUN', ...outcome });
  return `${suite}.${name}`;
}

// The runner counts each file as one test around its own; what is only a file is no test.
const isFile = ({ name, nesting }) => nesting === 0 && name.endsWith('.test.js');

function reasonOf({ error }) {
  const cause = error?.cause ?? error;
  return cause?.stack ?? String(cause);
}

export default async function* report(events) {
  for await (const { type, data } of events) {
    if (type === 'test:stderr' || type === 'test:stdout') {
      yield data.message;
    } else if (data.skip === 'test name does not match pattern') {
      continue;
    } else if (type === 'test:pass' && !isFile(data)) {
      const skipped = data.skip !== undefined;
      running = add(data.file, data.name, { result: skipped ? 'SKIPPED' : 'COMPLETED' });
      yield `[ ${skipped ? 'SKIPPED' : '     OK'} ] ${running} (${Math.round(data.details.duration_ms)} ms)\n`;
    } else if (type === 'test:fail' && !(isFile(data) && suites.has(basename(data.name, '.test.js')))) {
      const failure = reasonOf(data.details);
      running = add(data.file, data.name, { result: 'COMPLETED', failures: [{ failure }] });
      yield `${failure}\n[  FAILED ] ${running} (${Math.round(data.details.duration_ms)} ms)\n`;
    }
  }
  if (process.env.GOCHAT_E2E_REPORT) {
    const all = [...suites].map(([name, testsuite]) => ({ name, testsuite }));
    writeFileSync(process.env.GOCHAT_E2E_REPORT, JSON.stringify({ testsuites: all }));
  }
}
