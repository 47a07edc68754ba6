import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import { assignPaymentBody, listUnmatchedQuery, parse, payBackBody, problemOf } from '#contract';
import {
  Clock,
  PaymentEndings,
  timeText,
  UnmatchedPayments,
  unmatchedPaymentAnswer,
  type EndingWanted,
} from '#application';
import { problemOfRefusal, sendJson, sendProblem } from '../http/answers.ts';
import type { RouteReply, RouteRequest } from '../http/caller.ts';
import { unknownCursor } from '../http/list-frame.ts';

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
  async list(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    const query = parse(listUnmatchedQuery, request.query);
    if (!query.ok) {
      sendProblem(reply, query.problem);
      return;
    }
    const { status, after, limit } = query.value;
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
  assign(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    const body = parse(assignPaymentBody, request.body);
    return this.#end(request, reply, body.ok ? { kind: 'assign', ...body.value } : body.problem);
  }

  @Post(':paymentId/pay-back')
  payBack(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    const body = parse(payBackBody, request.body);
    if (!body.ok) return this.#end(request, reply, body.problem);
    const { reason, reference } = body.value;
    return this.#end(request, reply, { kind: 'pay-back', reason, reference: reference ?? null });
  }

  async #end(
    request: RouteRequest,
    reply: RouteReply,
    wanted: EndingWanted | ReturnType<typeof problemOf>,
  ): Promise<void> {
    if ('code' in wanted) {
      sendProblem(reply, wanted);
      return;
    }
    const cause = { actor: request.caller.keyId, correlationId: request.id };
    const outcome = await this.#endings.end(request.params.paymentId, wanted, cause);
    if (outcome.kind === 'refused') {
      sendProblem(reply, problemOfRefusal(outcome));
      return;
    }
    if (outcome.replayed) reply.header('idempotent-replayed', 'true');
    sendJson(reply, unmatchedPaymentAnswer(outcome.payment));
  }
}
