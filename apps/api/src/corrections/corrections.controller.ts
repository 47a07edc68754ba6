import { Body, Controller, Param, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { refundBody, reversalBody } from '#contract';
import type { RouteReply, RouteRequest } from '../http/caller.ts';
import { sendCommand } from '../http/run-command.ts';
import { type Parsed, SchemaPipe } from '../http/schema.pipe.ts';
import { refund, reverseDeposit } from './corrections.commands.ts';

/** The routes by which an operator corrects what happened. */
@Controller('v1/accounts/:accountId')
export class CorrectionsController {
  readonly #commands: CommandBus;

  constructor(commands: CommandBus) {
    this.#commands = commands;
  }

  @Post('holds/:holdId/refunds')
  refund(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Param('holdId') holdId: string,
    @Body(new SchemaPipe(refundBody)) body: Parsed<typeof refundBody>,
  ): Promise<void> {
    return sendCommand(this.#commands, request, reply, refund(holdId, body));
  }

  @Post('deposits/:depositId/reversals')
  reverseDeposit(
    @Req() request: RouteRequest,
    @Res() reply: RouteReply,
    @Param('depositId') depositId: string,
    @Body(new SchemaPipe(reversalBody)) body: Parsed<typeof reversalBody>,
  ): Promise<void> {
    return sendCommand(this.#commands, request, reply, reverseDeposit(depositId, body));
  }
}
