/** Version of the tables of `schema.ts`; a file of another version is refused. */
export const schemaVersion = 3;
