// Keeps a picture of what a page shows in build/results/e2e, and lets axe judge it.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const folder = new URL('../../../build/results/e2e/', import.meta.url).pathname;
mkdirSync(folder, { recursive: true });

function violations() {
  const told = ({ html, failureSummary }) => `${html} ${failureSummary}`;
  return globalThis.axe.run().then((found) => found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(told).join('\n')}`));
}

export async function judge(page, name) {
  await page.screenshot({ path: `${folder}${name}.png` });
  if (!await page.evaluate('typeof axe === "object"')) await page.evaluate(axe);
  assert.deepEqual(await page.evaluate(violations), [], name);
}
