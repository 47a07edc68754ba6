import { NoLeases } from '#leases';
import { leasesContract } from '../../../../test/contract/leases.contract.ts';

leasesContract('no leases', () => Promise.resolve(new NoLeases()));
