import { Controller, Param, Post, Req, Res } from '@nestjs/common';
import { Clock, type NoticeOutcome, PaymentChannels, PaymentNotices } from '#application';
import { createInvalidRequest, createProblem, readJson } from '#contract';
import { problemOfRefusal, sendReplayable } from '../http/answers.ts';
import type { RouteReply, RouteRequest } from '../http/caller.ts';
import { RequestRefused } from '../http/request-refused.ts';
import { noticeAnswer } from './payments.presenter.ts';

/** The route at which channels say what was paid. Answers 2xx only once that is kept for good. */
@Controller('v1/channels/:channel/notifications')
export class NotificationsController {
  readonly #channels: PaymentChannels;
  readonly #notices: PaymentNotices;
  readonly #clock: Clock;

  constructor(channels: PaymentChannels, notices: PaymentNotices, clock: Clock) {
    this.#channels = channels;
    this.#notices = notices;
    this.#clock = clock;
  }

  @Post()
  async notify(@Req() request: RouteRequest, @Res() reply: RouteReply, @Param('channel') name: string): Promise<void> {
    const channel = this.#channels.named(name);
    if (channel === undefined) throw new RequestRefused(createProblem('channel_not_found'));
    const { headers } = request;
    const body = typeof request.body === 'string' ? request.body : '';
    const reading = channel.read({ headers, body }, this.#clock.now());
    switch (reading.kind) {
      case 'not-signed':
        throw new RequestRefused(createProblem('signature_invalid', { detail: reading.detail }));
      case 'malformed': {
        const { field, detail } = reading;
        throw new RequestRefused(createInvalidRequest([{ pointer: field === '' ? '' : `/${field}`, detail }]));
      }
      case 'notice': {
        // Its channel has read it. What another reader could read otherwise is taken from nobody, signed or not.
        const read = readJson(body);
        if (!read.ok) throw new RequestRefused(createInvalidRequest([read.error]));
        const cause = { actor: `channel ${channel.name}`, correlationId: request.id };
        this.#send(reply, await this.#notices.take(channel.name, reading.notice, cause));
        return;
      }
    }
  }

  #send(reply: RouteReply, outcome: NoticeOutcome): void {
    if (outcome.kind === 'refused') throw new RequestRefused(problemOfRefusal(outcome));
    sendReplayable(reply, outcome.replayed, noticeAnswer(outcome));
  }
}
