/**
 * Does the work for all items, for at most so many at once. After the first failure no further item is begun.
 *
 * @throws the first failure, once nothing is under way any more.
 */
export async function sideBySide<Item>(
  items: Iterable<Item>,
  atOnceMax: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const queue = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true && failures.length === 0; next = queue.next()) {
      try {
        await work(next.value);
      } catch (failure) {
        failures.push(failure);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnceMax }, worker));
  if (failures.length > 0) throw failures[0];
}
