export { countColumns, fitted, wrapped } from './columns.ts';
export { outputOfProcess } from './output.ts';
export type { Output } from './output.ts';
export { printable, printableJson, printableLines } from './printable.ts';
export { ProgressBar } from './progress-bar.ts';
export type { Terminal } from './progress-bar.ts';
