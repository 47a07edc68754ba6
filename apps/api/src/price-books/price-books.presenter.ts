import type { Published } from '#application';
import { createInvalidRequest, createProblem, type Problem } from '#contract';

/** Why a price book was not published. */
export function problemOfPublishing(refused: Exclude<Published, { readonly book: unknown }>): Problem {
  switch (refused.kind) {
    case 'invalid': {
      const { field, why } = refused.error;
      return createInvalidRequest([{ pointer: `/${field.join('/')}`, detail: why }]);
    }
    case 'not-next': {
      const detail = `the next version is ${String(refused.next)}`;
      return createInvalidRequest([{ pointer: '/version', detail }]);
    }
    case 'differs': {
      const { field } = refused;
      return createProblem('idempotency_conflict', { detail: `this version was published: ${field} differs`, field });
    }
    case 'full':
      return createProblem('too_many_price_books');
  }
}
