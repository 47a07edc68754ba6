import { Controller, Post, Req, Res } from '@nestjs/common';
import { problemOf, problemOfFaults, readJson } from '#contract';
import { Clock, PaymentChannels, PaymentNotices, type NoticeOutcome } from '#application';
import { problemOfRefusal, sendJson, sendProblem } from './answers.ts';
import type { DoorReply, DoorRequest } from './caller.ts';

/** The door at which channels say what was paid. Answers 2xx only once that is kept for good. */
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
  async notify(@Req() request: DoorRequest, @Res() reply: DoorReply): Promise<void> {
    const channel = this.#channels.named(request.params.channel);
    if (channel === undefined) {
      sendProblem(reply, problemOf('channel_not_found'));
      return;
    }
    const { headers } = request;
    const body = typeof request.body === 'string' ? request.body : '';
    const reading = channel.read({ headers, body }, this.#clock.now());
    switch (reading.kind) {
      case 'not-signed':
        sendProblem(reply, problemOf('signature_invalid', { detail: reading.detail }));
        return;
      case 'malformed': {
        const { field, detail } = reading;
        sendProblem(reply, problemOfFaults([{ pointer: field === '' ? '' : `/${field}`, detail }]));
        return;
      }
      case 'notice': {
        // Its channel has read it. What another reader could read otherwise is taken from nobody, signed or not.
        const read = readJson(body);
        if (!read.ok) {
          sendProblem(reply, problemOfFaults([read.fault]));
          return;
        }
        const cause = { actor: `channel ${channel.name}`, correlationId: request.id };
        this.#send(reply, await this.#notices.take(channel.name, reading.notice, cause));
        return;
      }
    }
  }

  #send(reply: DoorReply, outcome: NoticeOutcome): void {
    if (outcome.kind === 'refused') {
      sendProblem(reply, problemOfRefusal(outcome));
      return;
    }
    if (outcome.replayed) reply.header('idempotent-replayed', 'true');
    const nothing = { accountId: null, orderId: null, paymentId: null, reason: null };
    if (outcome.kind === 'paid') {
      const { accountId, orderId } = outcome;
      sendJson(reply, { ...nothing, outcome: 'paid', accountId, orderId });
      return;
    }
    const { paymentId, reason } = outcome.payment;
    sendJson(reply, { ...nothing, outcome: 'unmatched', paymentId, reason });
  }
}
