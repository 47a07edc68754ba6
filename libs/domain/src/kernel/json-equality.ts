/** Whether two pieces of JSON data are the same; the order of keys does not count, a key of undefined is none. */
export function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const [ours, theirs] = [definedKeys(left), definedKeys(right)];
  const members = left as Readonly<Record<string, unknown>>;
  const others = right as Readonly<Record<string, unknown>>;
  return (
    ours.length === theirs.length &&
    ours.every((key) => Object.hasOwn(others, key) && isSame(members[key], others[key]))
  );
}

function definedKeys(value: object): readonly string[] {
  return Object.entries(value).flatMap(([key, member]) => (member === undefined ? [] : [key]));
}
