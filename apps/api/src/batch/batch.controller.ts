import { setImmediate as nextTurn } from 'node:timers/promises';
import { Controller, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { accountCommand, RunLinkedGroup } from '#application';
import { batchBody, createProblem, parse } from '#contract';
import { Connections } from '#http';
import { sendText } from '../http/answers.ts';
import type { RouteReply, RouteRequest } from '../http/caller.ts';
import { problemOfThrown } from '../http/problem.filter.ts';
import { RequestRefused } from '../http/request-refused.ts';
import { answerText, resultText } from './batch.presenter.ts';
import { type BatchUnit, type Span, spansByAccount, unitAt } from './batch-units.ts';

/** Operations that are read and handed to their lanes before the event loop turns, so that small requests get through. */
const sliceOperations = 256;

/** Most slices of a batch whose answers are waited for at once. */
const slicesInFlightMax = 4;

/** Bytes of answers after which a batch takes no further operation: those are told to come again. */
const batchAnswerBytesMax = 64 * 1_024 * 1_024;

/** The route for many operations in one request. */
@Controller('v1/batch')
export class BatchController {
  readonly #commands: CommandBus;
  readonly #connections: Connections;

  constructor(commands: CommandBus, connections: Connections) {
    this.#commands = commands;
    this.#connections = connections;
  }

  @Post()
  async run(@Req() request: RouteRequest, @Res() reply: RouteReply): Promise<void> {
    const body = parse(batchBody, request.body);
    if (!body.ok) throw new RequestRefused(body.problem);
    const { batches } = this.#connections;
    const { keyId } = request.caller;
    if (!batches.enter(keyId)) {
      this.#connections.noteTrouble('too-many-batches');
      throw new RequestRefused(createProblem('overloaded', { detail: 'too many batches are worked on already' }));
    }
    try {
      const texts = await this.#results(request, body.value.operations);
      if (!request.raw.socket.destroyed) sendText(reply, `{"results":[${texts.join(',')}]}`);
    } finally {
      batches.leave(keyId);
    }
  }

  /** The results as JSON texts, in the order of the operations. */
  async #results(request: RouteRequest, operations: readonly unknown[]): Promise<readonly string[]> {
    const results = new Array<string>(operations.length);
    const slices: Promise<number>[] = [];
    let slice: Promise<number>[] = [];
    let inSlice = 0;
    let answerBytes = 0;
    for (const span of spansByAccount(operations)) {
      const full = answerBytes > batchAnswerBytesMax;
      const texts = full ? Promise.resolve(tooMuch(span)) : this.#resultsAt(request, operations, span);
      slice.push(texts.then((said) => put(results, span.from, said)));
      inSlice += span.size;
      if (inSlice < sliceOperations) continue;
      slices.push(addUp(slice));
      slice = [];
      inSlice = 0;
      await nextTurn();
      // Nobody waits for the rest.
      if (request.raw.socket.destroyed) break;
      answerBytes += (await slices.at(-slicesInFlightMax)) ?? 0;
    }
    await Promise.all([...slices, ...slice]);
    return results;
  }

  /** What breaks one unit is told in its place; the others have their own answers. */
  async #resultsAt(request: RouteRequest, operations: readonly unknown[], span: Span): Promise<readonly string[]> {
    try {
      return await this.#runUnit(unitAt(request, operations, span));
    } catch (error) {
      const problem = problemOfThrown(error);
      return sameText(span, resultText(problem.status, JSON.stringify(problem)));
    }
  }

  async #runUnit(unit: BatchUnit): Promise<readonly string[]> {
    switch (unit.kind) {
      case 'said':
        return unit.problems.map((problem) => resultText(problem.status, JSON.stringify(problem)));
      case 'single':
        return [answerText(await this.#commands.execute(accountCommand(unit.accountId, unit.request)))];
      case 'linked':
        return (await this.#commands.execute(new RunLinkedGroup(unit.accountId, unit.requests))).map(answerText);
    }
  }
}

/** Puts texts into their places; returns their length. */
function put(results: string[], from: number, texts: readonly string[]): number {
  let length = 0;
  for (const [index, text] of texts.entries()) {
    results[from + index] = text;
    length += text.length;
  }
  return length;
}

async function addUp(parts: readonly Promise<number>[]): Promise<number> {
  return (await Promise.all(parts)).reduce((sum, part) => sum + part, 0);
}

/** Not carried out: what came before fills the answer. No id was used up. */
function tooMuch(span: Span): readonly string[] {
  const problem = createProblem('overloaded', { detail: 'the answer to this batch is too large: send the rest again' });
  return sameText(span, resultText(problem.status, JSON.stringify(problem)));
}

function sameText({ size }: Span, text: string): readonly string[] {
  return Array.from({ length: size }, () => text);
}
