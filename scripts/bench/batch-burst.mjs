/** Holds opened through the batch route as fast as it takes them, two requests at a time. */
const operations = 8_000;
const requests = 20;
const atOnce = 2;

export async function batchBurst(ask, accounts) {
  let next = 0;
  const begun = performance.now();
  const sender = async () => {
    while (next < requests) {
      const number = next;
      next += 1;
      await send(ask, accounts, number);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sender));
  const holds = operations * requests;
  return { operations, holds, perSecond: (holds / (performance.now() - begun)) * 1_000 };
}

async function send(ask, accounts, number) {
  const { results } = await ask('/v1/batch', {
    operations: Array.from({ length: operations }, (_, index) => ({
      op: 'freeze',
      accountId: `bench-${index % accounts}`,
      holdId: `b${number}-${index}`,
      product: 'face-verify',
    })),
  });
  const failed = results.find(({ status }) => status !== 201);
  if (failed !== undefined) throw new Error(`a freeze was refused: ${JSON.stringify(failed)}`);
}
