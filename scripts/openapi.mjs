/** `npm run openapi`: writes docs/openapi.json and docs/problems.md from the contract. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApiDocument, problems } from '#contract';
import { root } from './lib/ensure.mjs';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
writeFileSync(join(root, 'docs/openapi.json'), `${JSON.stringify(openApiDocument(version), null, 2)}\n`);

const rows = Object.entries(problems).map(([code, { status, title, retry }]) => {
  return `| \`${code}\` | ${status} | ${title}. | ${retry ? 'yes' : 'no'} |`;
});
writeFileSync(
  join(root, 'docs/problems.md'),
  `# Problems

Errors are \`application/problem+json\` (RFC 9457) with a \`code\` from this list; some carry further facts, such as
\`field\`, \`errors\` (a JSON pointer for every error) or \`available\`, \`frozen\` and \`required\`. Where the last column says
yes the very same request may succeed later, and the answer has a \`Retry-After\`.

| code | status | what it says | try again |
| --- | --- | --- | --- |
${rows.join('\n')}
`,
);
