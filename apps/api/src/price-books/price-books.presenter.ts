import type { Published } from '#application';
import { type Problem, problemOf, problemOfFaults } from '#contract';

/** Why a price book was not published. */
export function problemOfPublishing(refused: Exclude<Published, { readonly book: unknown }>): Problem {
  switch (refused.kind) {
    case 'invalid': {
      const { field, why } = refused.fault;
      return problemOfFaults([{ pointer: `/${field.join('/')}`, detail: why }]);
    }
    case 'not-next': {
      const detail = `the next version is ${String(refused.next)}`;
      return problemOfFaults([{ pointer: '/version', detail }]);
    }
    case 'differs': {
      const { field } = refused;
      return problemOf('idempotency_conflict', { detail: `this version was published: ${field} differs`, field });
    }
    case 'full':
      return problemOf('too_many_price_books');
  }
}
