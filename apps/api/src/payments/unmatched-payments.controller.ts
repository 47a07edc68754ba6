import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  Clock,
  type EndingWanted,
  PaymentEndings,
  timeText,
  unmatchedPaymentAnswer,
  UnmatchedPayments,
} from '#application';
import { assignPaymentBody, listUnmatchedQuery, payBackBody } from '#contract';
import { problemOfRefusal, sendJson, sendProblem } from '../http/answers.ts';
import type { RouteReply, RouteRequest } from '../http/caller.ts';
import { unknownCursor } from '../http/list-frame.ts';
import { type Parsed, SchemaPipe } from '../http/schema.pipe.ts';

/** The routes to payments that no order takes. They are of no account, so a key that is bound to some opens none of them. */
@Controller('v1/unmatched-payments')
export class UnmatchedPaymentsController {
  readonly #payments: UnmatchedPayments;
  readonly #endings: PaymentEndings;
  readonly #clock: Clock;

  constructor(payments: UnmatchedPayments, endings: PaymentEndings, clock: Clock) {
    this.#payments = payments;
    this.#endings = endings;
    this.#clock = clock;
  }

  @Get()
  async list(
    @Res() reply: RouteReply,
    @Query(new SchemaPipe(listUnmatchedQuery)) query: Parsed<typeof listUnmatchedQuery>,
  ): Promise<void> {
    const { status, after, limit } = query;
    const rows = await this.#payments.list({ status: status ?? null, after: after ?? null, limit });
    if (rows === undefined) {
      sendProblem(reply, unknownCursor('a payment'));
      return;
    }
    const last = rows.length < limit ? undefined : rows.at(-1);
    const asOf = timeText(this.#clock.now());
    sendJson(reply, { payments: rows.map(unmatchedPaymentAnswer), after: last?.payment.paymentId ?? null, asOf });
  }

  @Post(':paymentId/assign')
  assign(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Param('paymentId') paymentId: string,
    @Body(new SchemaPipe(assignPaymentBody)) body: Parsed<typeof assignPaymentBody>,
  ): Promise<void> {
    return this.#end(request, reply, paymentId, { kind: 'assign', ...body });
  }

  @Post(':paymentId/pay-back')
  payBack(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Param('paymentId') paymentId: string,
    @Body(new SchemaPipe(payBackBody)) { reason, reference }: Parsed<typeof payBackBody>,
  ): Promise<void> {
    return this.#end(request, reply, paymentId, { kind: 'pay-back', reason, reference: reference ?? null });
  }

  async #end(request: RouteRequest, reply: RouteReply, paymentId: string, wanted: EndingWanted): Promise<void> {
    const cause = { actor: request.caller.keyId, correlationId: request.id };
    const outcome = await this.#endings.end(paymentId, wanted, cause);
    if (outcome.kind === 'refused') {
      sendProblem(reply, problemOfRefusal(outcome));
      return;
    }
    if (outcome.replayed) reply.header('idempotent-replayed', 'true');
    sendJson(reply, unmatchedPaymentAnswer(outcome.payment));
  }
}
