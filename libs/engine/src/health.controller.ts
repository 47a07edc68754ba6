import { Controller, Get, Res } from '@nestjs/common';
import { Metrics } from '#runtime';
import { ServiceState } from '../service-state.ts';
import { sendJson } from './answers.ts';
import type { DoorReply } from './caller.ts';

/** What load balancers, supervisors and Prometheus ask; open to everybody who can reach the port, so it names no account. */
@Controller()
export class HealthController {
  readonly #state: ServiceState;
  readonly #metrics: Metrics;

  constructor(state: ServiceState, metrics: Metrics) {
    this.#state = state;
    this.#metrics = metrics;
  }

  /** 503: start this process anew. */
  @Get('health/live')
  live(@Res() reply: DoorReply): void {
    const { notLive } = this.#state;
    if (notLive === undefined) sendJson(reply, { live: true });
    if (notLive !== undefined) sendJson(reply, { live: false, why: notLive }, 503);
  }

  /** 503: send this process no work at present. */
  @Get('health/ready')
  ready(@Res() reply: DoorReply): void {
    const { notReady } = this.#state;
    if (notReady === undefined) sendJson(reply, { ready: true });
    if (notReady !== undefined) sendJson(reply, { ready: false, why: notReady }, 503);
  }

  @Get('metrics')
  async metrics(@Res() reply: DoorReply): Promise<void> {
    const text = await this.#metrics.text();
    reply.header('content-type', this.#metrics.contentType).send(text);
  }
}
