import { Controller, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { refundBody, reversalBody } from '#contract';
import type { DoorReply, DoorRequest } from './caller.ts';
import { throughDoor } from './command-door.ts';
import { refund, reverseDeposit } from './commands.ts';

/** The doors by which an operator corrects what happened. */
@Controller('v1/accounts/:accountId')
export class CorrectionsController {
  readonly #commands: CommandBus;

  constructor(commands: CommandBus) {
    this.#commands = commands;
  }

  @Post('holds/:holdId/refunds')
  refund(@Req() request: DoorRequest, @Res() reply: DoorReply): Promise<void> {
    return throughDoor(this.#commands, request, reply, refundBody, (body) => refund(request.params.holdId, body));
  }

  @Post('deposits/:depositId/reversals')
  reverseDeposit(@Req() request: DoorRequest, @Res() reply: DoorReply): Promise<void> {
    const { depositId } = request.params;
    return throughDoor(this.#commands, request, reply, reversalBody, (body) => reverseDeposit(depositId, body));
  }
}
