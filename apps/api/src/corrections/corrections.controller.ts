import { Controller, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { refundBody, reversalBody } from '#contract';
import type { RouteReply, RouteRequest } from '../http/caller.ts';
import { answerCommand } from '../http/run-command.ts';
import { refund, reverseDeposit } from './corrections.commands.ts';

/** The routes by which an operator corrects what happened. */
@Controller('v1/accounts/:accountId')
export class CorrectionsController {
  readonly #commands: CommandBus;

  constructor(commands: CommandBus) {
    this.#commands = commands;
  }

  @Post('holds/:holdId/refunds')
  refund(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    return answerCommand(this.#commands, request, reply, refundBody, (body) => refund(request.params.holdId, body));
  }

  @Post('deposits/:depositId/reversals')
  reverseDeposit(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    const { depositId } = request.params;
    return answerCommand(this.#commands, request, reply, reversalBody, (body) => reverseDeposit(depositId, body));
  }
}
