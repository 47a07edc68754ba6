export { headsReader } from './projections/heads/heads-reader-source.ts';
export { rebuildReadModels, ReadModelsInUse } from './rebuild.ts';
export { IdFilter } from './id-index/id-filter.ts';
export { storedFilter } from './id-index/stored-filter.ts';
export { SqliteReadModels } from './sqlite-read-models.ts';
export { hashInStore } from './file/read-models-file.ts';
export { readModelsVersion } from './file/schema.ts';
