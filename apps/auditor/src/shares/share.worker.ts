import { parentPort, workerData } from 'node:worker_threads';
import { PriceBookShelf } from '#ledger';
import { auditShare } from './audit-share.ts';
import type { ShareStart } from './share-messages.ts';

/*
 * Audits one of several shares of a ledger's accounts.
 */
const { place, priceBooks, accounts, share } = workerData as ShareStart;
const options = { priceBooks: new PriceBookShelf(priceBooks), ...(accounts !== undefined && { accounts }) };
parentPort?.postMessage(await auditShare(place, options, share));
