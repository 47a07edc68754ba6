export { appendLine } from './append-line.ts';
export { syncFolder, writeNew, writeOnce } from './whole-file.ts';
