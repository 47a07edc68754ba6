import { looked, moneyIn, onAccount } from './door-problems.ts';
import { pack, packList, packRefund, refundPackBody, takePackBody } from './packs.ts';
import { listPacksQuery } from './queries.ts';
import { reads, type Route } from './route.ts';

/** The doors to the resource packs of an account. */
export const packRoutes = {
  takePack: {
    method: 'POST',
    path: '/v1/accounts/{accountId}/packs',
    summary: 'Buys a resource pack from the available balance, grants one, or takes one to try.',
    scopes: ['operator'],
    body: takePackBody,
    status: 201,
    answer: pack,
    problems: [
      ...onAccount,
      'account_closed',
      'account_suspended',
      'unknown_product',
      'trial_already_taken',
      'too_many_packs',
      'insufficient_available_balance',
      'balance_out_of_range',
    ],
  },
  listPacks: {
    method: 'GET',
    path: '/v1/accounts/{accountId}/packs',
    summary: 'Lists the packs of an account in the order in which they came, as of now.',
    scopes: reads,
    query: listPacksQuery,
    status: 200,
    answer: packList,
    problems: [...looked, 'account_not_found'],
  },
  refundPack: {
    method: 'POST',
    path: '/v1/accounts/{accountId}/packs/{packId}/refund',
    summary: 'Gives the money of a pack back to available, and ends the pack.',
    scopes: ['operator'],
    body: refundPackBody,
    status: 200,
    answer: packRefund,
    problems: [...moneyIn, 'pack_not_found', 'pack_in_use', 'pack_not_refundable'],
  },
} as const satisfies Record<string, Route>;
