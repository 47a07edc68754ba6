import { parentPort, workerData } from 'node:worker_threads';
import { PriceBookShelf } from '#ledger';
import { auditIfSound, type ShareStart } from './audit-if-sound.ts';

/*
 * Audits one of several shares of a ledger's accounts, and posts its report.
 */
const { place, priceBooks, accounts, share } = workerData as ShareStart;
const options = { priceBooks: new PriceBookShelf(priceBooks), ...(accounts !== undefined && { accounts }) };
parentPort?.postMessage(await auditIfSound(place, options, share));
