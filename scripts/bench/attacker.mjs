/**
 * The attacker of `npm run bench -- attack`: a process of its own, so that what it does takes no time from the loop in which
 * the others' freezes are sent and timed. Told over its channel what to do, and when its connections are to end.
 */
import { attacks, Target } from './attacks.mjs';

const { ATTACK_URL: url, ATTACK_KEY: key } = process.env;
const target = new Target(url);

process.on('message', async ({ attack, over }) => {
  if (attack === undefined) target.leave();
  else process.send({ noted: await attacks[attack](target, key, over) });
});
process.once('disconnect', () => process.exit());
