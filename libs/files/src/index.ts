export { appendLine } from './append-line.ts';
export { OpenedFile } from './opened-file.ts';
export { folderOfOwnerOnly, makePrivateFile, makePrivateFolder, ownerOnly } from './private.ts';
export { syncFolder } from './sync-folder.ts';
export { writeNew, writeOnce } from './whole-file.ts';
