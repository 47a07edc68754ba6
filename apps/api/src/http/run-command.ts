import type { CommandBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { parse } from '#contract';
import type { Command } from '#domain';
import { accountCommand, type Request } from '#application';
import { sendAnswer, sendProblem } from './answers.ts';
import type { RouteReply, RouteRequest } from './caller.ts';

/** A command with who sends it. */
export function requestFrom({ id, caller, raw }: RouteRequest, command: Command): Request {
  const operator = caller.scopes.has('operator');
  return { command, actor: caller.keyId, correlationId: id, operator, client: raw.socket };
}

/**
 * What every route does that changes an account: reads the body by its schema, makes the command, has it carried out and
 * sends the answer. Nothing of the framework stands between, because a freeze comes before every paid call.
 */
export async function answerCommand<Schema extends z.ZodType>(
  bus: CommandBus,
  request: RouteRequest,
  reply: RouteReply,
  schema: Schema,
  commandOf: (body: z.output<Schema>) => Command,
): Promise<void> {
  const parsed = parse(schema, request.body);
  if (!parsed.ok) {
    sendProblem(reply, parsed.problem);
    return;
  }
  const command = requestFrom(request, commandOf(parsed.value));
  sendAnswer(reply, await bus.execute(accountCommand(request.params.accountId, command)));
}
