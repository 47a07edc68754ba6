/** `npm run check`: everything that must be green before a change lands, the quick things first. */
import { ensureInstalled, run } from './lib/ensure.mjs';

ensureInstalled();
run('tsc', ['-p', 'tsconfig.json']);
run('eslint', ['.', '--max-warnings=0']);
run('prettier', ['--check', '--log-level=warn', '.']);
run('depcruise', ['apps', 'libs', '--config', '.dependency-cruiser.cjs']);
run('npm', ['run', '--silent', 'build']);
run('npm', ['test', '--silent']);
