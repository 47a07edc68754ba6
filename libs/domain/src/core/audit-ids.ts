/** Which ids one account has used, as an audit asks for it. */
export interface UsedIds {
  /** Notes an id; false if it was used before. True also where that is looked into another time. */
  use(key: string): boolean;
  /** Whether an id was used; undefined where that is not known. */
  has(key: string): boolean | undefined;
}

export function holdKey(holdId: string): string {
  return `hold ${holdId}`;
}
