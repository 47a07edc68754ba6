import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { openApiDocument, routes } from '#contract';

const readText = (name: string): string => readFileSync(new URL(`../../../../${name}`, import.meta.url), 'utf8');

describe('the OpenAPI document', () => {
  const { version } = JSON.parse(readText('package.json')) as { version: string };

  it('is committed as it is generated (npm run openapi)', () => {
    expect(JSON.parse(readText('docs/openapi.json'))).toEqual(openApiDocument(version));
  });

  it('describes every route with its problems', () => {
    const { paths } = openApiDocument(version) as { paths: Record<string, Record<string, { operationId: string }>> };
    const names = Object.values(paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(names.sort()).toEqual(Object.keys(routes).sort());
  });
});
