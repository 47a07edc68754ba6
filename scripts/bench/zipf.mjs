/** How many slots accounts share by Zipf's law, about. */
const slotsWanted = 10_000;

/** Numbers of accounts, each as often as its rank says: the account of rank r has a share of 1/r, and at least one slot. */
export function zipfSlots(accounts) {
  const ranks = Array.from({ length: accounts }, (_, index) => index + 1);
  const sum = ranks.reduce((total, rank) => total + 1 / rank, 0);
  return ranks.flatMap((rank) => Array(Math.max(1, Math.floor(slotsWanted / rank / sum + 0.5))).fill(rank - 1));
}
