import { Body, Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { type EndingWanted, PaymentEndings, unmatchedPaymentAnswer, UnmatchedPayments } from '#application';
import { assignPaymentBody, listUnmatchedQuery, payBackBody } from '#contract';
import { problemOfRefusal, sendPage, sendReplayable } from '../http/answers.ts';
import { readCause, type RouteReply, type RouteRequest } from '../http/caller.ts';
import { RequestRefused } from '../http/request-refused.ts';
import { type Parsed, SchemaPipe } from '../http/schema.pipe.ts';

/** The routes to payments that no order takes. They are of no account, so a key that is bound to some opens none of them. */
@Controller('v1/unmatched-payments')
export class UnmatchedPaymentsController {
  readonly #payments: UnmatchedPayments;
  readonly #endings: PaymentEndings;

  constructor(payments: UnmatchedPayments, endings: PaymentEndings) {
    this.#payments = payments;
    this.#endings = endings;
  }

  @Get()
  async list(
    @Res() reply: RouteReply,
    @Query(new SchemaPipe(listUnmatchedQuery)) query: Parsed<typeof listUnmatchedQuery>,
  ): Promise<void> {
    const { status = null, after = null, limit } = query;
    const page = await this.#payments.list({ status, after, limit });
    sendPage(reply, page, ['payments', 'a payment'], unmatchedPaymentAnswer);
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
    const cause = readCause(request);
    const outcome = await this.#endings.end(paymentId, wanted, cause);
    if (outcome.kind === 'refused') throw new RequestRefused(problemOfRefusal(outcome));
    sendReplayable(reply, outcome.replayed, unmatchedPaymentAnswer(outcome.payment));
  }
}
