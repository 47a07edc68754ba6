import type { CommandBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { accountCommand, type Request } from '#application';
import { parse } from '#contract';
import type { Command } from '#domain';
import { sendAnswer, sendProblem } from './answers.ts';
import type { RouteReply, RouteRequest } from './caller.ts';

/** A command with who sends it. */
export function requestFrom({ id, caller, raw }: RouteRequest, command: Command): Request {
  const operator = caller.scopes.has('operator');
  return { command, actor: caller.keyId, correlationId: id, operator, client: raw.socket };
}

/** Has a command on the account of the path carried out, and sends the answer. */
export async function sendCommand(
  bus: CommandBus,
  request: RouteRequest,
  reply: RouteReply,
  command: Command,
): Promise<void> {
  const { accountId } = request.params;
  sendAnswer(reply, await bus.execute(accountCommand(accountId, requestFrom(request, command))));
}

/**
 * The same for a money route (freeze, settle, fail, release), which reads its body by itself: a freeze comes before every
 * paid call, and each pipe, guard or interceptor on a route costs some 20 us, even one that does nothing. Money routes
 * have none.
 */
export async function answerCommand<Schema extends z.ZodType>(
  bus: CommandBus,
  request: RouteRequest,
  reply: RouteReply,
  schema: Schema,
  toCommand: (body: z.output<Schema>) => Command,
): Promise<void> {
  const parsed = parse(schema, request.body);
  if (!parsed.ok) {
    sendProblem(reply, parsed.problem);
    return;
  }
  const command = requestFrom(request, toCommand(parsed.value));
  sendAnswer(reply, await bus.execute(accountCommand(request.params.accountId, command)));
}
