import fc from 'fast-check';
import { seedOfRun } from './seeds.ts';

/** fast-check, with the run's seed for every property that names none. Properties import it from here. */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: seedOfRun('FC_SEED') });

export default fc;
